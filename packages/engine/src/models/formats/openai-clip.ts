import { vitShape } from '../vit/architecture.js';
import { type BlockNames, blockEntry, blockOf } from './block-names.js';
import { refuse } from './config.js';
import type { CheckpointFormat, ForeignCheckpoint, NameEntry } from './format.js';
import { clipPreparation } from './published.js';

const PREFIX = 'visual.';
/** Numbers in a head of OpenAI's vision transformers. */
const HEAD_WIDTH = 64;

const block: BlockNames = {
  norm1: 'ln_1',
  norm2: 'ln_2',
  qkv: ['attn.in_proj_'],
  proj: 'attn.out_proj',
  fc1: 'mlp.c_fc',
  fc2: 'mlp.c_proj',
  ls1: '',
  ls2: '',
};

const names: Readonly<Record<string, string>> = {
  cls_token: 'class_embedding',
  pos_embed: 'positional_embedding',
  'patch_embed.proj.weight': 'conv1.weight',
  'norm_pre.weight': 'ln_pre.weight',
  'norm_pre.bias': 'ln_pre.bias',
  'norm.weight': 'ln_post.weight',
  'norm.bias': 'ln_post.bias',
};

/** openai/CLIP's vision transformer, with its text tower beside it or alone. */
export const openaiClip: CheckpointFormat = {
  name: 'openai-clip',
  title: "OpenAI's CLIP",
  needs: [],
  recognise: (found) => found.has(`${PREFIX}class_embedding`) && found.has(`${PREFIX}conv1.weight`),
  understand({ source, types }, options) {
    const shape = (name: string) => types.get(`${PREFIX}${name}`)?.shape ?? [];
    const [dim = 0, channels = 0, patch = 0] = shape('conv1.weight');
    const [positions = 0] = shape('positional_embedding');
    const grid = Math.sqrt(positions - 1);
    if (!Number.isInteger(grid)) refuse(source, `its ${positions - 1} positions are no square of patches.`);
    if (options.pooling !== undefined && options.pooling !== 'cls') {
      refuse(source, 'CLIP reads the class token.', 'Leave the pooling out.');
    }
    const { image = grid * patch } = options;
    return {
      architecture: {
        family: 'vit',
        image,
        channels,
        patch,
        dim,
        depth: depthOf(types),
        heads: options.heads ?? Math.max(1, Math.floor(dim / HEAD_WIDTH)),
        mlp: shape('transformer.resblocks.0.mlp.c_fc.weight')[0] ?? 4 * dim,
        pooling: 'cls',
        layerNormEpsilon: 1e-5,
        activation: 'quick-gelu',
        preNorm: true,
        patchBias: false,
        projection: shape('proj')[1] ?? null,
        ...(image === grid * patch ? {} : { positionGrid: grid }),
      },
      preprocessing: clipPreparation(image),
      variant: {},
      head: null,
      classes: null,
      decoder: null,
      assumed: [
        ...(options.heads === undefined ? ['A head of OpenAI’s CLIP is 64 numbers wide.'] : []),
        'OpenAI’s CLIP has the epsilon 1e-5, quick-GELU and CLIP’s mean and deviation.',
      ],
    };
  },
  entries: (_, table) => table.map(({ name, shape }) => entry(name, shape)),
  mayTravel: (name) => !name.startsWith(PREFIX),
  files: () => ({}),
  variant(architecture) {
    const shape = vitShape(architecture);
    const fits =
      shape.preNorm &&
      !shape.patchBias &&
      shape.qkvBias &&
      shape.layerScale === null &&
      !shape.gatedMlp &&
      shape.activation === 'quick-gelu' &&
      shape.layerNormEpsilon === 1e-5 &&
      shape.pooling === 'cls' &&
      shape.dim === shape.heads * HEAD_WIDTH;
    if (!fits) refuse('the model', "it is not built like OpenAI's CLIP.", 'Export it in the format that it came in.');
    return {};
  },
};

function depthOf(types: ForeignCheckpoint['types']): number {
  let depth = 0;
  while (types.has(`${PREFIX}transformer.resblocks.${depth}.ln_1.weight`)) depth++;
  return depth;
}

function entry(house: string, shape: readonly number[]): NameEntry {
  const found = blockOf(house);
  if (found !== null) return blockEntry(house, found.rest, `${PREFIX}transformer.resblocks.${found.index}.`, block);
  // x @ proj: the matrix stands the other way round.
  if (house === 'projection.weight') return { house, foreign: [`${PREFIX}proj`], transposed: true };
  if (house.startsWith('head.')) return { house, foreign: [house] };
  const place = { house, foreign: [`${PREFIX}${names[house]}`] };
  if (house === 'cls_token') return { ...place, shape: shape.slice(2) };
  if (house === 'pos_embed') return { ...place, shape: shape.slice(1) };
  return place;
}
