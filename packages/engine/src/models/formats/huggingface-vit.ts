import { z } from 'zod';
import { type VitArchitecture, vitShape } from '../vit/architecture.js';
import { type BlockNames, blockEntry, blockOf } from './block-names.js';
import { activationNamed, readConfig, refuse } from './config.js';
import type { CheckpointFormat, NameEntry, Variant } from './format.js';
import {
  classesOf,
  freshLabels,
  freshPreprocessor,
  huggingFacePreprocessing,
  huggingFaceTransformer,
  PREPROCESSOR,
  updatedConfig,
} from './huggingface-config.js';

export const huggingFaceVitBlock: BlockNames = {
  norm1: 'layernorm_before',
  norm2: 'layernorm_after',
  qkv: ['attention.attention.query', 'attention.attention.key', 'attention.attention.value'],
  proj: 'attention.output.dense',
  fc1: 'intermediate.dense',
  fc2: 'output.dense',
  ls1: '',
  ls2: '',
};

/** Names outside the blocks, behind the prefix of the backbone. */
export const huggingFaceVitNames: Readonly<Record<string, string>> = {
  cls_token: 'embeddings.cls_token',
  pos_embed: 'embeddings.position_embeddings',
  'patch_embed.proj.weight': 'embeddings.patch_embeddings.projection.weight',
  'patch_embed.proj.bias': 'embeddings.patch_embeddings.projection.bias',
  'norm.weight': 'layernorm.weight',
  'norm.bias': 'layernorm.bias',
};

/** The place of one of the backbone's tensors, or null when this backbone has no such tensor. */
export function huggingFaceVitEntry(house: string, prefix: string): NameEntry | null {
  const block = blockOf(house);
  if (block?.stack === 'blocks') {
    return blockEntry(house, block.rest, `${prefix}encoder.layer.${block.index}.`, huggingFaceVitBlock);
  }
  const name = huggingFaceVitNames[house];
  return name === undefined ? null : { house, foreign: [`${prefix}${name}`] };
}

export const huggingFaceVitConfig = huggingFaceTransformer({
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  patch_size: 16,
}).extend({ intermediate_size: z.int().default(3072) });

/** The architecture that a config of ViT or ViTMAE describes. */
export function huggingFaceVitArchitecture(
  config: z.output<typeof huggingFaceVitConfig>,
  source: string,
  { image = config.image_size, pooling = 'cls' }: { image?: number; pooling?: VitArchitecture['pooling'] },
): VitArchitecture {
  const grid = config.image_size / config.patch_size;
  return {
    family: 'vit',
    image,
    channels: config.num_channels,
    patch: config.patch_size,
    dim: config.hidden_size,
    depth: config.num_hidden_layers,
    heads: config.num_attention_heads,
    mlp: config.intermediate_size,
    pooling,
    layerNormEpsilon: config.layer_norm_eps,
    activation: activationNamed(config.hidden_act, source),
    qkvBias: config.qkv_bias,
    ...(image === config.image_size ? {} : { positionGrid: grid }),
  };
}

/** What a plain vision transformer of Hugging Face has no words for. */
export function refuseBeyondPlainVit(architecture: VitArchitecture, title: string): void {
  const shape = vitShape(architecture);
  const beyond = [
    !shape.classToken && 'no class token',
    shape.registers > 0 && 'registers',
    shape.preNorm && 'a norm before the blocks',
    shape.layerScale !== null && 'LayerScale',
    shape.gatedMlp && 'gated perceptrons',
    !shape.patchBias && 'a patch embedding without bias',
    shape.finalNorm !== 'before-pooling' && 'its last norm elsewhere than before the pooling',
    shape.projection !== null && 'a projection',
    shape.unitFeatures && 'features of length 1',
  ].filter((reason) => reason !== false);
  if (beyond.length > 0)
    refuse('the model', `it has ${beyond.join(', ')}, which ${title} has no words for.`, 'Choose another format.');
}

/** The fields of a fresh config that ViT and ViTMAE share. */
export function freshVitConfig(architecture: VitArchitecture): Record<string, unknown> {
  const { dim, depth, heads, mlp, patch, channels, layerNormEpsilon, activation, qkvBias } = vitShape(architecture);
  const names = { gelu: 'gelu', 'gelu-tanh': 'gelu_new', 'quick-gelu': 'quick_gelu', silu: 'silu', relu: 'relu' };
  return {
    attention_probs_dropout_prob: 0,
    hidden_act: names[activation],
    hidden_dropout_prob: 0,
    hidden_size: dim,
    image_size: (architecture.positionGrid ?? architecture.image / patch) * patch,
    initializer_range: 0.02,
    intermediate_size: mlp,
    layer_norm_eps: layerNormEpsilon,
    num_attention_heads: heads,
    num_channels: channels,
    num_hidden_layers: depth,
    patch_size: patch,
    qkv_bias: qkvBias,
  };
}

const ADVICE = 'Export it as timm, or train it with the pooling cls.';
const HEADED = 'ViTForImageClassification';

/** Hugging Face's `ViTModel` and `ViTForImageClassification`. */
export const huggingFaceVit: CheckpointFormat = {
  name: 'huggingface-vit',
  title: "Hugging Face's ViT",
  needs: ['config.json', PREPROCESSOR],
  recognise: (names, files) =>
    ['vit.', ''].some((prefix) => names.has(`${prefix}embeddings.patch_embeddings.projection.weight`)) &&
    // Without a config it may be any of this family: then the message asks for it.
    (!files.has('config.json') || /"model_type"\s*:\s*"vit"/.test(files.get('config.json') ?? '')),
  understand(checkpoint, options) {
    const { source, types } = checkpoint;
    const config = readConfig(checkpoint, 'config.json', huggingFaceVitConfig);
    const head = types.get('classifier.weight')?.shape[0] ?? null;
    if (head !== null && options.pooling !== undefined && options.pooling !== 'cls') {
      refuse(source, `its head reads the class token, not the pooling '${options.pooling}'.`, 'Leave the pooling out.');
    }
    return {
      architecture: huggingFaceVitArchitecture(config, source, options),
      preprocessing: huggingFacePreprocessing(checkpoint, config.num_channels),
      variant: { prefix: types.has('vit.embeddings.cls_token') ? 'vit.' : '' },
      head,
      classes: classesOf(checkpoint, head),
      decoder: null,
      assumed: [],
    };
  },
  entries: (model, table) =>
    table.map(({ name: house }) => {
      // A head asks for the class with a head, whose backbone has a prefix.
      const prefix = model.head === null ? String(model.variant.prefix) : 'vit.';
      return huggingFaceVitEntry(house, prefix) ?? { house, foreign: [house.replace(/^head\./, 'classifier.')] };
    }),
  // The pooler (tanh), the token of masked modelling and its decoder have no part in the logits.
  mayTravel: (name) => /(^|\.)(pooler|mask_token|position_ids)\b/.test(name) || name.startsWith('decoder.'),
  files(model, files) {
    const { pooling } = model.architecture;
    if (model.head !== null && pooling !== 'cls') {
      refuse(
        'the model',
        `its head reads the pooling '${pooling}', and Hugging Face's ViT reads the class token.`,
        ADVICE,
      );
    }
    const { 'config.json': text, ...others } = files;
    if (text !== undefined) return { ...others, 'config.json': updatedConfig(text, model, HEADED) };
    const config = {
      architectures: [model.head === null ? 'ViTModel' : HEADED],
      ...freshVitConfig(model.architecture),
      ...freshLabels(model),
      model_type: 'vit',
    };
    return {
      'config.json': `${JSON.stringify(config, null, 2)}\n`,
      [PREPROCESSOR]: freshPreprocessor(model, 'ViTImageProcessor'),
    };
  },
  variant(architecture): Variant {
    refuseBeyondPlainVit(architecture, this.title);
    return { prefix: 'vit.' };
  },
};
