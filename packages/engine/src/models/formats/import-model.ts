import { CheckpointError, quoted } from '../../checkpoints/errors.js';
import { numbersOf, type Tensor } from '../../graph/tensor.js';
import type { ModelDescription } from '../metadata.js';
import { elementCount, type ParameterTable } from '../parameters.js';
import { type VitArchitecture, vitWithoutDefaults } from '../vit/architecture.js';
import { vitHeadParameters, vitParameters } from '../vit/parameters.js';
import { decoderTable } from './decoder-table.js';
import type { CheckpointFormat, ForeignCheckpoint, FormatName, ImportOptions, NameEntry, Outgoing } from './format.js';
import { type FormatRecord, UNTOUCHED } from './record.js';
import { checkpointFormats } from './table.js';

/** A foreign checkpoint as one of Stockpot's. */
export interface ImportedModel extends ModelDescription {
  readonly architecture: VitArchitecture;
  /**
   * The model in f32 under Stockpot's names, its head (`head.weight`, `head.bias`) and MAE's decoder with it when they are
   * there; and, under `untouched.` and their foreign names, tensors that are not part of it.
   */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Names of the classes in the order of the head's rows; null when the checkpoint does not say. */
  readonly classes: readonly string[] | null;
  readonly format: FormatRecord;
}

/** The format of a checkpoint. Throws CheckpointError when none of the table fits. */
export function recogniseFormat(checkpoint: Pick<ForeignCheckpoint, 'source' | 'types' | 'files'>): CheckpointFormat {
  const names = new Set(checkpoint.types.keys());
  const found = checkpointFormats.find((format) => format.recognise(names, checkpoint.files));
  if (found !== undefined) return found;
  const some = [...names].slice(0, 3).map(quoted).join(', ');
  throw new CheckpointError(
    checkpoint.source,
    `its tensors (${some} …) are named as in no format that Stockpot knows.`,
    `It reads ${checkpointFormats.map(({ title }) => title).join(', ')}, and any ONNX model.`,
  );
}

/**
 * Reads a foreign checkpoint. Everything is checked against the config and the parameter table before a tensor is read.
 *
 * @throws {CheckpointError} when a config is missing or says something that Stockpot has no model for, when a tensor is
 *   missing or has another shape, and when there are tensors in the model that the architecture does not account for.
 */
export async function importModel(
  checkpoint: ForeignCheckpoint,
  { format: wanted, ...options }: ImportOptions & { readonly format?: FormatName } = {},
): Promise<ImportedModel> {
  const format = checkpointFormats.find(({ name }) => name === wanted) ?? recogniseFormat(checkpoint);
  for (const file of format.needs) {
    if (checkpoint.files.has(file)) continue;
    throw new CheckpointError(
      checkpoint.source,
      `the names of its tensors are those of ${format.title}, but ${file} is not beside it, which says what they do not (heads, epsilons, the activation, how images are prepared).`,
      [`Put the ${file} that was published with it into the same folder.`, format.otherwise ?? ''].join(' ').trim(),
    );
  }
  const understood = format.understand(checkpoint, options);
  const { head, decoder, variant, classes, assumed } = understood;
  const unit = options.unitFeatures === true ? { unitFeatures: true } : {};
  const architecture = vitWithoutDefaults({ ...understood.architecture, ...unit });
  const table = modelTable({ architecture, head, decoder });
  const entries = format.entries({ ...understood, architecture }, table);
  checkEntries(checkpoint, format, entries, table);
  const known = new Set(entries.flatMap(({ foreign }) => foreign));
  const others = [...checkpoint.types.keys()].filter((name) => !known.has(name));
  const strange = others.find((name) => !format.mayTravel(name, variant));
  if (strange !== undefined) {
    throw new CheckpointError(
      checkpoint.source,
      `${quoted(strange)} belongs to the model, but Stockpot's vision transformer has no place for it.`,
      'It is a variant that Stockpot does not know; its logits would be wrong without this tensor.',
      { tensor: strange },
    );
  }

  const tensors = new Map<string, Tensor>();
  const widened: FormatRecord['widened'] = {};
  const shapes = new Map(table.map(({ name, shape }) => [name, shape]));
  for (const entry of entries) {
    const parts: Float32Array[] = [];
    for (const name of entry.foreign) {
      const tensor = await checkpoint.read(name);
      if (tensor.dtype === 'f16' || tensor.dtype === 'bf16' || tensor.dtype === 'f64') widened[name] = tensor.dtype;
      const data = tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(numbersOf(tensor));
      parts.push(entry.transposed ? transposed(data, tensor.shape) : data);
    }
    tensors.set(entry.house, { dtype: 'f32', shape: shapes.get(entry.house) ?? [], data: joined(parts) });
  }
  for (const name of others) tensors.set(`${UNTOUCHED}${name}`, await checkpoint.read(name));
  const { files } = checkpoint;
  return {
    architecture,
    preprocessing: understood.preprocessing,
    tensors,
    classes,
    format: {
      name: format.name,
      variant: { ...variant },
      files: Object.fromEntries(FILES.flatMap((name) => (files.has(name) ? [[name, files.get(name) ?? '']] : []))),
      widened,
      decoder,
      assumed: [...assumed],
    },
  };
}

/** The files that travel with a model. */
const FILES = ['config.json', 'preprocessor_config.json'];

/** Every tensor of a model: backbone, head and decoder. */
export function modelTable({
  architecture,
  head,
  decoder,
}: Pick<Outgoing, 'architecture' | 'head' | 'decoder'>): ParameterTable {
  return [
    ...vitParameters(architecture),
    ...(head === null ? [] : vitHeadParameters(architecture, head)),
    ...(decoder === null ? [] : decoderTable(architecture, decoder)),
  ];
}

/** The shape that a part of an entry has in the foreign checkpoint. */
export function foreignShape(entry: NameEntry, shape: readonly number[]): readonly number[] {
  if (entry.shape !== undefined) return entry.shape;
  if (entry.transposed) return [...shape].reverse();
  return shape.map((size, axis) => (axis === 0 ? size / entry.foreign.length : size));
}

const FLOATS = new Set(['f32', 'f16', 'bf16', 'f64']);

function checkEntries(
  { source, types }: ForeignCheckpoint,
  format: CheckpointFormat,
  entries: readonly NameEntry[],
  table: ParameterTable,
): void {
  const advice = 'Give the config file that belongs to this checkpoint, or a checkpoint that is whole.';
  for (const { name, shape } of table) {
    const entry = entries.find(({ house }) => house === name);
    if (entry === undefined) throw new Error(`The names of ${format.name} have no place for ${name}.`);
    const wanted = foreignShape(entry, shape);
    for (const foreign of entry.foreign) {
      const found = types.get(foreign);
      if (found === undefined) {
        throw new CheckpointError(
          source,
          `${quoted(foreign)} is missing; its config asks for one of shape [${wanted.join(', ')}].`,
          advice,
          { tensor: foreign },
        );
      }
      if (found.shape.join() !== wanted.join()) {
        const problem = `has shape [${found.shape.join(', ')}], its config asks for [${wanted.join(', ')}]`;
        throw new CheckpointError(source, `${quoted(foreign)} ${problem}.`, advice, { tensor: foreign });
      }
      if (!FLOATS.has(found.dtype)) {
        throw new CheckpointError(
          source,
          `${quoted(foreign)} is ${found.dtype}; a model computes with floating-point weights.`,
          'Give the checkpoint in F32, F16 or BF16, not a quantised one.',
          { tensor: foreign },
        );
      }
    }
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}

/** A matrix [rows, columns] as [columns, rows]. */
export function transposed(data: Float32Array, [rows = 0, columns = 0]: readonly number[]): Float32Array {
  const result = new Float32Array(elementCount([rows, columns]));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column] ?? 0;
  }
  return result;
}
