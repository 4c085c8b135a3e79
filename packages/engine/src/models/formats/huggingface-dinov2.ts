import { z } from 'zod';
import { type VitArchitecture, vitShape } from '../vit/architecture.js';
import { type BlockNames, blockEntry, blockOf } from './block-names.js';
import { activationNamed, readConfig, refuse } from './config.js';
import type { CheckpointFormat, NameEntry } from './format.js';
import {
  classesOf,
  freshLabels,
  freshPreprocessor,
  huggingFacePreprocessing,
  huggingFaceTransformer,
  PREPROCESSOR,
  updatedConfig,
} from './huggingface-config.js';
import { huggingFaceVitNames } from './huggingface-vit.js';

const config = huggingFaceTransformer({ hidden_act: 'gelu', layer_norm_eps: 1e-6, patch_size: 14 }).extend({
  mlp_ratio: z.number().positive().default(4),
  use_swiglu_ffn: z.boolean().default(false),
  layerscale_value: z.number().default(1),
  num_register_tokens: z.int().default(4),
});

const attention = (name: string) => `attention.attention.${name}`;
const block: BlockNames = {
  norm1: 'norm1',
  norm2: 'norm2',
  qkv: ['query', 'key', 'value'].map(attention),
  proj: 'attention.output.dense',
  fc1: 'mlp.fc1',
  fc2: 'mlp.fc2',
  ls1: 'layer_scale1.lambda1',
  ls2: 'layer_scale2.lambda1',
};
const gatedBlock: BlockNames = { ...block, fc1: 'mlp.weights_in', fc2: 'mlp.weights_out' };

const HEADED = { dinov2: 'Dinov2ForImageClassification', registers: 'Dinov2WithRegistersForImageClassification' };

/** Hugging Face's `Dinov2Model`, `Dinov2ForImageClassification` and the same with registers. */
export const huggingFaceDinov2: CheckpointFormat = {
  name: 'huggingface-dinov2',
  title: "Hugging Face's DINOv2",
  needs: ['config.json', PREPROCESSOR],
  recognise: (_, files) => /"model_type"\s*:\s*"dinov2(_with_registers)?"/.test(files.get('config.json') ?? ''),
  understand(checkpoint, options) {
    const { source, types } = checkpoint;
    const said = readConfig(checkpoint, 'config.json', config);
    const withRegisters = said.model_type === 'dinov2_with_registers';
    const prefix = withRegisters ? 'dinov2_with_registers.' : 'dinov2.';
    const preprocessing = huggingFacePreprocessing(checkpoint, said.num_channels);
    // Its config speaks of the images of the positions (518); what it is fed is what the preparation makes.
    const { crop, resize } = preprocessing;
    const fed = crop?.height ?? (resize !== undefined && 'height' in resize ? resize.height : said.image_size);
    const image = options.image ?? fed;
    const head = types.get('classifier.weight')?.shape[0] ?? null;
    const pooling = options.pooling ?? (head === null ? 'cls' : 'cls+mean');
    if (head !== null && pooling !== 'cls+mean') {
      refuse(source, 'its head reads the class token and the mean of the patches.', 'Leave the pooling out.');
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
        mlp: mlpWidth(said.hidden_size, said.mlp_ratio, said.use_swiglu_ffn),
        pooling,
        layerNormEpsilon: said.layer_norm_eps,
        ...(said.use_swiglu_ffn ? { gatedMlp: true } : { activation: activationNamed(said.hidden_act, source) }),
        qkvBias: said.qkv_bias,
        layerScale: said.layerscale_value,
        ...(withRegisters ? { registers: said.num_register_tokens, positions: 'without-registers' as const } : {}),
        ...(image === said.image_size ? {} : { positionGrid: said.image_size / said.patch_size }),
        // With registers transformers resamples as it does without, but antialiased.
        ...(withRegisters && image !== said.image_size ? { positionInterpolation: 'bicubic-antialias' as const } : {}),
      },
      preprocessing,
      variant: { prefix: types.has(`${prefix}embeddings.cls_token`) ? prefix : '' },
      head,
      classes: classesOf(checkpoint, head),
      decoder: null,
      assumed: [],
    };
  },
  entries: (model, table) => {
    const { gatedMlp, registers } = vitShape(model.architecture);
    const base = registers > 0 ? 'dinov2_with_registers.' : 'dinov2.';
    const prefix = model.head === null ? String(model.variant.prefix) : base;
    return table.map(({ name }) => entry(name, prefix, gatedMlp ? gatedBlock : block));
  },
  mayTravel: (name) => /(^|\.)(mask_token|position_ids)$/.test(name),
  files(model, files) {
    const { pooling } = model.architecture;
    if (model.head !== null && pooling !== 'cls+mean') {
      refuse(
        'the model',
        `its head reads the pooling '${pooling}', and Hugging Face's DINOv2 reads class token and mean together.`,
        "Train it with the pooling 'cls+mean', or export it as timm.",
      );
    }
    const { layerScale, registers, gatedMlp, ...shape } = vitShape(model.architecture);
    const headed = registers > 0 ? HEADED.registers : HEADED.dinov2;
    const { 'config.json': text, ...others } = files;
    if (text !== undefined) return { ...others, 'config.json': updatedConfig(text, model, headed) };
    const family = registers > 0 ? 'Dinov2WithRegistersModel' : 'Dinov2Model';
    const fresh = {
      architectures: [model.head === null ? family : headed],
      hidden_act: shape.activation,
      hidden_size: shape.dim,
      image_size: (shape.positionGrid ?? shape.image / shape.patch) * shape.patch,
      layer_norm_eps: shape.layerNormEpsilon,
      layerscale_value: layerScale,
      mlp_ratio: mlpRatio(model.architecture),
      model_type: registers > 0 ? 'dinov2_with_registers' : 'dinov2',
      num_attention_heads: shape.heads,
      num_channels: shape.channels,
      num_hidden_layers: shape.depth,
      ...(registers > 0 ? { num_register_tokens: registers } : {}),
      patch_size: shape.patch,
      qkv_bias: shape.qkvBias,
      use_mask_token: false,
      use_swiglu_ffn: gatedMlp,
      ...freshLabels(model),
    };
    return {
      // transformers takes no whole number for a scale: 1.0, not 1.
      'config.json': `${JSON.stringify(fresh, null, 2)}\n`.replace(/("layerscale_value": \d+)(?=,)/, '$1.0'),
      [PREPROCESSOR]: freshPreprocessor(model, 'BitImageProcessor'),
    };
  },
  variant(architecture) {
    const shape = vitShape(architecture);
    const fits =
      shape.classToken &&
      shape.layerScale !== null &&
      !shape.preNorm &&
      shape.patchBias &&
      shape.projection === null &&
      !shape.unitFeatures &&
      shape.finalNorm === 'before-pooling' &&
      shape.activation === 'gelu' &&
      mlpRatio(architecture) !== null &&
      (shape.registers === 0 || shape.positions === 'without-registers');
    if (!fits) refuse('the model', 'it is not built like DINOv2.', 'Export it as timm.');
    return { prefix: '' };
  },
};

/** Hidden width of a perceptron by the ratio in the config; a gated one keeps two thirds, a multiple of 8. */
function mlpWidth(dim: number, ratio: number, gated: boolean): number {
  const hidden = Math.trunc(dim * ratio);
  return gated ? Math.trunc((Math.trunc((hidden * 2) / 3) + 7) / 8) * 8 : hidden;
}

/** The whole ratio that gives this architecture's width; null when there is none, and transformers takes no other. */
function mlpRatio(architecture: VitArchitecture): number | null {
  const { dim, mlp, gatedMlp } = vitShape(architecture);
  const first = Math.max(1, Math.floor(mlp / dim));
  return [first, first + 1, first + 2].find((ratio) => mlpWidth(dim, ratio, gatedMlp) === mlp) ?? null;
}

function entry(house: string, prefix: string, names: BlockNames): NameEntry {
  const found = blockOf(house);
  if (found !== null) return blockEntry(house, found.rest, `${prefix}encoder.layer.${found.index}.`, names);
  if (house === 'reg_token') return { house, foreign: [`${prefix}embeddings.register_tokens`] };
  const name = huggingFaceVitNames[house];
  if (name !== undefined) return { house, foreign: [`${prefix}${name}`] };
  return { house, foreign: [house.replace(/^head\./, 'classifier.')] };
}
