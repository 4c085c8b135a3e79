import { z } from 'zod';
import { vitShape } from '../vit/architecture.js';
import { type BlockNames, blockEntry, blockOf } from './block-names.js';
import { activationNamed, readConfig, refuse } from './config.js';
import type { CheckpointFormat, NameEntry, Outgoing } from './format.js';
import {
  classesOf,
  freshPreprocessor,
  huggingFacePreprocessing,
  huggingFaceTransformer,
  PREPROCESSOR,
  updatedConfig,
} from './huggingface-config.js';

const tower = huggingFaceTransformer({ hidden_act: 'quick_gelu', layer_norm_eps: 1e-5, patch_size: 32 }).extend({
  // The config of the whole model may leave it out.
  model_type: z.string().default('clip_vision_model'),
  intermediate_size: z.int().default(3072),
});
/** A config of the tower alone, or of both towers with the one for images inside. */
const both = z.looseObject({ vision_config: tower });
const holdsTowers = z.looseObject({ vision_config: z.looseObject({}).optional() });

const block: BlockNames = {
  norm1: 'layer_norm1',
  norm2: 'layer_norm2',
  qkv: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
  proj: 'self_attn.out_proj',
  fc1: 'mlp.fc1',
  fc2: 'mlp.fc2',
  ls1: '',
  ls2: '',
};

const PREFIX = 'vision_model.';
const HEADED = 'CLIPForImageClassification';

/** The vision tower of Hugging Face's CLIP: alone, with its projection, or inside the whole model. */
export const huggingFaceClip: CheckpointFormat = {
  name: 'huggingface-clip',
  title: "Hugging Face's CLIP",
  needs: ['config.json', PREPROCESSOR],
  recognise: (names) => names.has('vision_model.embeddings.class_embedding'),
  understand(checkpoint, options) {
    const { source, types } = checkpoint;
    const whole = readConfig(checkpoint, 'config.json', holdsTowers).vision_config !== undefined;
    const said = whole
      ? readConfig(checkpoint, 'config.json', both).vision_config
      : readConfig(checkpoint, 'config.json', tower);
    const projection = types.get('visual_projection.weight')?.shape[0] ?? null;
    const head = types.get('classifier.weight')?.shape[0] ?? null;
    const { image = said.image_size, pooling = head === null ? 'cls' : 'mean' } = options;
    if (pooling !== (head === null ? 'cls' : 'mean')) {
      refuse(source, `it pools by '${head === null ? 'cls' : 'mean'}'.`, 'Leave the pooling out.');
    }
    return {
      architecture: {
        family: 'vit',
        image,
        channels: said.num_channels,
        patch: said.patch_size,
        dim: said.hidden_size,
        depth: said.num_hidden_layers,
        heads: said.num_attention_heads,
        mlp: said.intermediate_size,
        pooling,
        layerNormEpsilon: said.layer_norm_eps,
        activation: activationNamed(said.hidden_act, source),
        preNorm: true,
        patchBias: false,
        projection,
        // Its own classifier reads the mean of the patches, which no last norm has seen.
        ...(head === null ? {} : { finalNorm: 'none' as const }),
        ...(image === said.image_size ? {} : { positionGrid: said.image_size / said.patch_size }),
      },
      preprocessing: huggingFacePreprocessing(checkpoint, said.num_channels),
      variant: {},
      head,
      classes: classesOf(checkpoint, head),
      decoder: null,
      assumed: [],
    };
  },
  entries: (model, table) => table.map(({ name, shape }) => entry(name, shape, model)),
  mayTravel: (name) => !name.startsWith(PREFIX) || name.endsWith('.position_ids') || name.startsWith(`${PREFIX}post_`),
  files(model, files) {
    const { 'config.json': text, ...others } = files;
    if (text !== undefined) {
      return { ...others, 'config.json': readsOwnHead(model) ? updatedConfig(text, model, HEADED) : text };
    }
    const shape = vitShape(model.architecture);
    const fresh = {
      architectures: [shape.projection === null ? 'CLIPVisionModel' : 'CLIPVisionModelWithProjection'],
      hidden_act: { gelu: 'gelu', 'gelu-tanh': 'gelu_new', 'quick-gelu': 'quick_gelu', silu: 'silu', relu: 'relu' }[
        shape.activation
      ],
      hidden_size: shape.dim,
      image_size: (shape.positionGrid ?? shape.image / shape.patch) * shape.patch,
      intermediate_size: shape.mlp,
      layer_norm_eps: shape.layerNormEpsilon,
      model_type: 'clip_vision_model',
      num_attention_heads: shape.heads,
      num_channels: shape.channels,
      num_hidden_layers: shape.depth,
      patch_size: shape.patch,
      projection_dim: shape.projection ?? shape.dim,
    };
    return {
      'config.json': `${JSON.stringify(fresh, null, 2)}\n`,
      [PREPROCESSOR]: freshPreprocessor(model, 'CLIPImageProcessor'),
    };
  },
  variant(architecture) {
    const shape = vitShape(architecture);
    const fits =
      shape.classToken &&
      shape.registers === 0 &&
      shape.preNorm &&
      !shape.patchBias &&
      shape.qkvBias &&
      shape.layerScale === null &&
      !shape.gatedMlp &&
      shape.finalNorm === 'before-pooling' &&
      shape.pooling === 'cls';
    if (!fits) refuse('the model', 'it is not built like the vision tower of CLIP.', 'Export it as timm.');
    return {};
  },
};

/** Whether the head is the one of transformers' own classifier, which reads the mean of patches that no norm has seen. */
function readsOwnHead({ head, architecture }: Outgoing): boolean {
  return head !== null && architecture.pooling === 'mean' && architecture.finalNorm === 'none';
}

const names: Readonly<Record<string, string>> = {
  cls_token: 'embeddings.class_embedding',
  pos_embed: 'embeddings.position_embedding.weight',
  'patch_embed.proj.weight': 'embeddings.patch_embedding.weight',
  'norm_pre.weight': 'pre_layrnorm.weight',
  'norm_pre.bias': 'pre_layrnorm.bias',
  'norm.weight': 'post_layernorm.weight',
  'norm.bias': 'post_layernorm.bias',
};

function entry(house: string, shape: readonly number[], model: Outgoing): NameEntry {
  const found = blockOf(house);
  if (found !== null) return blockEntry(house, found.rest, `${PREFIX}encoder.layers.${found.index}.`, block);
  if (house === 'projection.weight') return { house, foreign: ['visual_projection.weight'] };
  // A head that transformers has no class for keeps its name, which it leaves alone.
  if (house.startsWith('head.')) {
    return { house, foreign: [readsOwnHead(model) ? house.replace('head.', 'classifier.') : house] };
  }
  const place = { house, foreign: [`${PREFIX}${names[house]}`] };
  if (house === 'cls_token') return { ...place, shape: shape.slice(2) };
  if (house === 'pos_embed') return { ...place, shape: shape.slice(1) };
  return place;
}
