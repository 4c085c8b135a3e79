import { z } from 'zod';
import type { Preprocessing } from '../../data/preprocessing.js';
import { vitShape } from '../vit/architecture.js';
import { activationNamed, readConfig, refuse } from './config.js';
import { editJson } from './edit-json.js';
import type { CheckpointFormat, Outgoing } from './format.js';
import { inferVit } from './infer-vit.js';
import { timmArchitectures } from './timm-architectures.js';

const size = z.tuple([z.int(), z.int(), z.int()]);
const pretrained = z.looseObject({
  input_size: size,
  mean: z.array(z.number()),
  std: z.array(z.number().positive()),
  crop_pct: z.number().positive().max(1).default(0.875),
  crop_mode: z.string().default('center'),
  interpolation: z.string().default('bicubic'),
  label_names: z.array(z.string()).nullish(),
});

/** Arguments that would make another network than the tensors and the architecture's name say. */
const UNKNOWN_ARGUMENTS = ['norm_layer', 'embed_norm_layer', 'block_fn', 'mlp_layer', 'attn_layer', 'embed_layer'];

/** The config.json that timm writes beside a checkpoint; older ones have the fields of `pretrained_cfg` at their root. */
const config = z.looseObject({
  architecture: z.string(),
  global_pool: z.string().nullish(),
  num_classes: z.int().optional(),
  pretrained_cfg: z.looseObject({}).optional(),
  model_args: z
    .looseObject({
      num_heads: z.int().optional(),
      act_layer: z.string().nullish(),
      global_pool: z.string().nullish(),
    })
    .nullish(),
});

const POOLINGS: Readonly<Record<string, 'cls' | 'mean'>> = { token: 'cls', avg: 'mean' };
const INTERPOLATIONS: Readonly<Record<string, 'nearest' | 'bilinear' | 'bicubic'>> = {
  nearest: 'nearest',
  bilinear: 'bilinear',
  bicubic: 'bicubic',
};

/** timm's `VisionTransformer` (and DeiT without distillation), as its `save_for_hf` and the hub have it. */
export const timm: CheckpointFormat = {
  name: 'timm',
  title: 'timm',
  needs: ['config.json'],
  otherwise: "If it is MAE's, MoCo v3's or DINOv2's own checkpoint, which come without a config, say so by the format.",
  recognise: (names) => names.has('patch_embed.proj.weight') && names.has('blocks.0.norm1.weight'),
  understand(checkpoint, options) {
    const { source, types } = checkpoint;
    const said = readConfig(checkpoint, 'config.json', config);
    const known = timmArchitectures[said.architecture];
    if (known === undefined) {
      refuse(
        source,
        `its config.json names timm's architecture '${said.architecture}', which Stockpot has no model for.`,
        `It has ${Object.keys(timmArchitectures).length} of them: plain vision transformers such as vit_base_patch16_224.`,
      );
    }
    const flaw = UNKNOWN_ARGUMENTS.find((argument) => (said.model_args?.[argument] ?? null) !== null);
    if (flaw !== undefined) {
      refuse(source, `its config.json gives ${flaw} in model_args, which makes another network of it.`);
    }
    const [channels, height, width] = pretrainedConfig(checkpoint).input_size;
    if (height !== width)
      refuse(source, `it was trained on images of ${height} × ${width}.`, 'Stockpot takes squares.');
    // A model made for another size says so in model_args, and timm then writes that size as the input's.
    const trained = inferVit(types, height, source);
    if (trained.channels !== channels)
      refuse(source, `its config.json says ${channels} channels, its tensors another.`);
    const pool = said.model_args?.global_pool ?? said.global_pool;
    const pooling = options.pooling ?? (pool === undefined || pool === null ? known.pooling : POOLINGS[pool]);
    if (pooling === undefined) {
      refuse(source, `its config.json asks for the pooling '${pool}'.`, "Stockpot has timm's 'token' and 'avg'.");
    }
    const { image = height } = options;
    const inferred = image === height ? trained : inferVit(types, image, source);
    const activation = said.model_args?.act_layer ?? null;
    const head = types.get('head.weight')?.shape[0] ?? null;
    const { label_names: labels } = pretrainedConfig(checkpoint);
    return {
      architecture: {
        ...inferred,
        family: 'vit',
        heads: said.model_args?.num_heads ?? known.heads,
        pooling,
        layerNormEpsilon: known.epsilon ?? 1e-6,
        positionInterpolation:
          image === height && inferred.positionGrid === undefined ? 'bicubic' : 'bicubic-antialias',
        ...(inferred.gatedMlp
          ? {}
          : { activation: activation === null ? (known.activation ?? 'gelu') : activationNamed(activation, source) }),
      },
      preprocessing: preparation(checkpoint, image),
      variant: {},
      head,
      classes: labels != null && labels.length === head ? labels : null,
      decoder: null,
      assumed: [],
    };
  },
  // Stockpot's names are timm's.
  entries: (_, table) => table.map(({ name }) => ({ house: name, foreign: [name] })),
  mayTravel: () => false,
  files(model, { 'config.json': text }) {
    return { 'config.json': text === undefined ? fresh(model) : updated(text, model) };
  },
  variant(architecture) {
    const shape = vitShape(architecture);
    const beyond =
      shape.pooling === 'cls+mean' || shape.unitFeatures || shape.projection !== null
        ? 'its features are more than pooled tokens'
        : shape.positions === 'without-registers'
          ? 'its registers have no positions while its class token has one'
          : architectureName(architecture) === null
            ? `its layer norms have the epsilon ${shape.layerNormEpsilon}; timm's names have 1e-6 or 1e-5`
            : null;
    if (beyond !== null) {
      refuse(
        'the model',
        `${beyond}, which timm's config.json has no words for.`,
        'Export it in the format that it came in.',
      );
    }
    return {};
  },
};

type Beside = Parameters<typeof readConfig>[0];

function pretrainedConfig(checkpoint: Beside): z.output<typeof pretrained> {
  const said = readConfig(checkpoint, 'config.json', config);
  return said.pretrained_cfg === undefined
    ? readConfig(checkpoint, 'config.json', pretrained)
    : readConfig(checkpoint, 'config.json', z.looseObject({ pretrained_cfg: pretrained })).pretrained_cfg;
}

/** timm's evaluation: resize to image / crop_pct, then cut the centre out. */
function preparation(checkpoint: Beside, image: number): Preprocessing {
  const { mean, std, crop_pct: share, crop_mode: mode, interpolation: filter } = pretrainedConfig(checkpoint);
  const { source } = checkpoint;
  const interpolation = INTERPOLATIONS[filter];
  if (interpolation === undefined) refuse(source, `its config.json asks for resampling by '${filter}'.`);
  if (mode !== 'center' && mode !== 'squash') refuse(source, `its config.json asks for the crop_mode '${mode}'.`);
  const resized = Math.floor(image / share);
  return {
    mean,
    std,
    resize: mode === 'center' ? { shortest: resized } : { height: resized, width: resized },
    crop: { height: image, width: image },
    interpolation,
  };
}

function updated(text: string, model: Outgoing): string {
  const { head, classes } = model;
  const said = config.parse(JSON.parse(text));
  const classesBefore = said.num_classes ?? null;
  const labels = z.object({ pretrained_cfg: z.object({ label_names: z.array(z.string()).nullish() }).optional() });
  const named = labels.parse(said).pretrained_cfg?.label_names ?? null;
  const sameNames = classes === null || (named !== null && named.join('\n') === classes.join('\n'));
  if ((head ?? 0) === (classesBefore ?? 0) && sameNames) return text;
  const count = head ?? 0;
  const at = (path: string[], value: unknown) => [path, value] as const;
  const changes = [
    at(['num_classes'], count),
    ...(said.model_args == null ? [] : [at(['model_args', 'num_classes'], count)]),
    ...(said.pretrained_cfg === undefined
      ? []
      : [
          at(['pretrained_cfg', 'num_classes'], count),
          at(['pretrained_cfg', 'label_names'], classes ?? undefined),
          at(['pretrained_cfg', 'label_descriptions'], undefined),
        ]),
  ];
  return editJson(text, changes);
}

/** A name whose code has this architecture's epsilon, activation and gate; the rest can be said in model_args. */
function architectureName(architecture: Outgoing['architecture']): string | null {
  const shape = vitShape(architecture);
  if (shape.positions === 'without-registers') return null;
  if (shape.gatedMlp) return shape.layerNormEpsilon === 1e-6 ? 'vit_giant_patch14_dinov2' : null;
  return shape.layerNormEpsilon === 1e-6
    ? 'vit_base_patch16_224'
    : shape.layerNormEpsilon === 1e-5
      ? 'vit_base_patch16_clip_224'
      : null;
}

function fresh(model: Outgoing): string {
  const { head, classes, preprocessing } = model;
  const shape = vitShape(model.architecture);
  const { mean, std, resize, interpolation = 'bilinear' } = preprocessing;
  const shortest = resize !== undefined && 'shortest' in resize ? resize.shortest : shape.image;
  const pool = shape.pooling === 'cls' ? 'token' : 'avg';
  const activations = {
    gelu: 'gelu',
    'gelu-tanh': 'gelu_tanh',
    'quick-gelu': 'quick_gelu',
    silu: 'silu',
    relu: 'relu',
  };
  const fresh = {
    architecture: architectureName(model.architecture),
    num_classes: head ?? 0,
    num_features: shape.dim,
    global_pool: pool,
    model_args: {
      img_size: (shape.positionGrid ?? shape.image / shape.patch) * shape.patch,
      patch_size: shape.patch,
      in_chans: shape.channels,
      embed_dim: shape.dim,
      depth: shape.depth,
      num_heads: shape.heads,
      mlp_ratio: ((shape.gatedMlp ? 2 : 1) * shape.mlp) / shape.dim,
      qkv_bias: shape.qkvBias,
      class_token: shape.classToken,
      reg_tokens: shape.registers,
      no_embed_class: shape.positions === 'patches',
      pre_norm: shape.preNorm,
      init_values: shape.layerScale,
      final_norm: shape.finalNorm !== 'none',
      fc_norm: shape.finalNorm === 'after-pooling',
      global_pool: pool,
      num_classes: head ?? 0,
      ...(shape.gatedMlp ? {} : { act_layer: activations[shape.activation] }),
    },
    pretrained_cfg: {
      input_size: [shape.channels, shape.image, shape.image],
      fixed_input_size: true,
      interpolation,
      crop_pct: Math.min(1, shape.image / shortest),
      crop_mode: 'center',
      mean,
      std,
      num_classes: head ?? 0,
      first_conv: 'patch_embed.proj',
      classifier: 'head',
      ...(classes === null ? {} : { label_names: classes }),
    },
  };
  return `${JSON.stringify(fresh, null, 2)}\n`;
}
