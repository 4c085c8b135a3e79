/**
 * @file BERT checkpoints of transformers, both ways. The house names are those of its `BertModel`; a classifier has them
 * behind `bert.`, with its head called `classifier`.
 */
import { z } from 'zod';
import { CheckpointError, quoted } from '../../checkpoints/errors.js';
import { numbersOf, type Tensor } from '../../graph/tensor.js';
import { type BertArchitecture, bertArchitectureSchema } from './architecture.js';
import { textModel } from './text-model.js';

const PREFIX = 'bert.';
const HEAD: Readonly<Record<string, string>> = {
  'classifier.weight': 'head.weight',
  'classifier.bias': 'head.bias',
};

const ACTIVATIONS: Readonly<Record<string, BertArchitecture['activation']>> = {
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  relu: 'relu',
};

const config = z.looseObject({
  model_type: z.string(),
  vocab_size: z.int(),
  max_position_embeddings: z.int(),
  type_vocab_size: z.int(),
  hidden_size: z.int(),
  num_hidden_layers: z.int(),
  num_attention_heads: z.int(),
  intermediate_size: z.int(),
  hidden_act: z.string(),
  layer_norm_eps: z.number(),
  position_embedding_type: z.string().nullish(),
  is_decoder: z.boolean().nullish(),
  id2label: z.record(z.string(), z.string()).nullish(),
});

/** A text model of transformers as it lies on a disk: its tensors' types, the texts beside it, and the means to read one. */
export interface ForeignTextModel {
  /** Named in errors. */
  readonly source: string;
  readonly types: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;
  readonly files: ReadonlyMap<string, string>;
  read(name: string): Promise<Tensor>;
}

/** One of Stockpot's text models, out of a checkpoint of transformers. */
export interface ImportedTextModel {
  readonly architecture: BertArchitecture;
  /** In f32 under the house names, the head (`head.weight`, `head.bias`) with them when there is one. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Names of the classes in the order of the head's rows; null when it has none of its own. */
  readonly classes: readonly string[] | null;
  /** Tensors that belong to pre-training or are no parameters, and were left behind. */
  readonly untouched: readonly string[];
}

/** Whether a checkpoint is a BERT of transformers, by the configuration beside it. */
export function isHuggingFaceBert(files: ReadonlyMap<string, string>): boolean {
  const parsed = z.looseObject({ model_type: z.literal('bert') }).safeParse(json(files.get('config.json') ?? ''));
  return parsed.success;
}

/**
 * Reads a BERT encoder or classifier. Throws CheckpointError for a configuration that is not BERT's and for tensors that
 * are missing, have another shape, or belong to the model without a place in it.
 */
export async function importHuggingFaceBert({
  source,
  types,
  files,
  read,
}: ForeignTextModel): Promise<ImportedTextModel> {
  const settings = readConfig(source, files.get('config.json'));
  const inner = [...types.keys()].some((name) => name.startsWith(PREFIX)) ? PREFIX : '';
  const houseOf = (name: string) => HEAD[name] ?? (name.startsWith(inner) ? name.slice(inner.length) : name);
  const foreign = new Map([...types.keys()].map((name) => [houseOf(name), name]));
  const architecture = architectureOf(source, settings, foreign.has('pooler.dense.weight') ? 'pooler' : 'mean');
  const model = textModel(architecture);
  const rows = types.get('classifier.weight')?.shape[0];
  const table = [...model.parameters, ...(rows === undefined ? [] : model.head(rows))];
  const tensors = new Map<string, Tensor>();
  for (const { name, shape } of table) {
    const there = foreign.get(name);
    const found = there === undefined ? undefined : types.get(there);
    if (there === undefined || found?.shape.join() !== shape.join()) {
      const has = found === undefined ? 'is missing' : `has shape [${found.shape.join(', ')}]`;
      throw new CheckpointError(
        source,
        `${quoted(there ?? `${inner}${name}`)} ${has}; its config asks for shape [${shape.join(', ')}].`,
        'Give the config.json that belongs to this checkpoint, or a checkpoint that is whole.',
        { tensor: name },
      );
    }
    const tensor = await read(there);
    const data = tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(numbersOf(tensor));
    tensors.set(name, { dtype: 'f32', shape, data });
  }
  const untouched = [...foreign].filter(([house]) => !tensors.has(house)).map(([, name]) => name);
  const strange = untouched.find((name) => !/^cls\.|position_ids$|^(bert\.)?pooler\./.test(name));
  if (strange !== undefined) {
    throw new CheckpointError(
      source,
      `${quoted(strange)} belongs to the model, but Stockpot's BERT has no place for it.`,
      'It is a variant that Stockpot does not know; its logits would be wrong without this tensor.',
      { tensor: strange },
    );
  }
  return { architecture, tensors, classes: classesOf(settings, rows), untouched };
}

/** A text model in the names of transformers, and its config.json: loadable as BertForSequenceClassification or BertModel. */
export function exportHuggingFaceBert(
  { architecture, tensors, classes }: Pick<ImportedTextModel, 'architecture' | 'tensors' | 'classes'>,
  {
    padding = 0,
    original = {},
  }: { readonly padding?: number; readonly original?: Readonly<Record<string, unknown>> } = {},
): { readonly tensors: ReadonlyMap<string, Tensor>; readonly config: Readonly<Record<string, unknown>> } {
  const rows = tensors.get('head.weight')?.shape[0];
  const names = new Map(Object.entries(HEAD).map(([theirs, ours]) => [ours, theirs]));
  const prefix = rows === undefined ? '' : PREFIX;
  const out = new Map([...tensors].map(([name, tensor]) => [names.get(name) ?? `${prefix}${name}`, tensor]));
  const labels = classes ?? Array.from({ length: rows ?? 0 }, (_, index) => `LABEL_${index}`);
  return {
    tensors: out,
    config: {
      ...original,
      model_type: 'bert',
      architectures: [rows === undefined ? 'BertModel' : 'BertForSequenceClassification'],
      vocab_size: architecture.vocabulary,
      max_position_embeddings: architecture.positions,
      type_vocab_size: architecture.types,
      hidden_size: architecture.dim,
      num_hidden_layers: architecture.depth,
      num_attention_heads: architecture.heads,
      intermediate_size: architecture.mlp,
      hidden_act:
        original.hidden_act ?? { gelu: 'gelu', 'gelu-tanh': 'gelu_new', relu: 'relu' }[architecture.activation],
      layer_norm_eps: architecture.layerNormEpsilon,
      position_embedding_type: 'absolute',
      pad_token_id: original.pad_token_id ?? padding,
      ...(rows === undefined
        ? {}
        : {
            id2label: Object.fromEntries(labels.map((label, index) => [String(index), label])),
            label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
          }),
    },
  };
}

function readConfig(source: string, text: string | undefined): z.output<typeof config> {
  const advice = 'Put the config.json that was published with it into the same folder.';
  if (text === undefined) throw new CheckpointError(source, 'there is no config.json beside it.', advice);
  const parsed = config.safeParse(json(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new CheckpointError(
    source,
    `its config.json is wrong${where === '' ? '' : ` at ${where}`}: ${issue?.message}.`,
    advice,
  );
}

function architectureOf(
  source: string,
  settings: z.output<typeof config>,
  pooling: BertArchitecture['pooling'],
): BertArchitecture {
  const advice = 'Stockpot reads encoders of the type bert with absolute positions.';
  const refuse = (problem: string): never => {
    throw new CheckpointError(source, problem, advice);
  };
  if (settings.model_type !== 'bert') refuse(`its config is of a model of type '${settings.model_type}'.`);
  const positions = settings.position_embedding_type ?? 'absolute';
  if (positions !== 'absolute') refuse(`its positions are '${positions}'.`);
  if (settings.is_decoder === true) refuse('it is a decoder: its tokens do not see those after them.');
  const activation = ACTIVATIONS[settings.hidden_act] ?? refuse(`its activation is '${settings.hidden_act}'.`);
  const parsed = bertArchitectureSchema.safeParse({
    family: 'bert',
    vocabulary: settings.vocab_size,
    positions: settings.max_position_embeddings,
    types: settings.type_vocab_size,
    dim: settings.hidden_size,
    depth: settings.num_hidden_layers,
    heads: settings.num_attention_heads,
    mlp: settings.intermediate_size,
    activation,
    layerNormEpsilon: settings.layer_norm_eps,
    pooling,
  });
  if (parsed.success) return parsed.data;
  return refuse(`its config gives no BERT: ${parsed.error.issues[0]?.message}.`);
}

function classesOf({ id2label }: z.output<typeof config>, rows: number | undefined): readonly string[] | null {
  if (rows === undefined || id2label === null || id2label === undefined) return null;
  const names = Array.from({ length: rows }, (_, index) => id2label[String(index)] ?? `LABEL_${index}`);
  return names.every((name, index) => name === `LABEL_${index}`) ? null : names;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
