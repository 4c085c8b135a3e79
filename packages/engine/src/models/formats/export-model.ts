import { CheckpointError } from '../../checkpoints/errors.js';
import { type Tensor, tensorOf } from '../../graph/tensor.js';
import type { ModelDescription } from '../metadata.js';
import { elementCount } from '../parameters.js';
import type { VitArchitecture } from '../vit/architecture.js';
import { decoderTable } from './decoder-table.js';
import type { DecoderShape, FormatName, NameEntry, Outgoing } from './format.js';
import { foreignShape, modelTable, transposed } from './import-model.js';
import { type FormatRecord, UNTOUCHED } from './record.js';
import { statedAsF32 } from './stated-dtype.js';
import { checkpointFormat } from './table.js';

/** One of Stockpot's models on its way out. */
export interface ExportedModel extends ModelDescription {
  readonly architecture: VitArchitecture;
  /** As in a checkpoint of Stockpot's; what is `untouched.` goes out as it came in. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly classes: readonly string[] | null;
  /** Where it came from; null for a model that Stockpot made itself. */
  readonly format: FormatRecord | null;
}

export interface ExportOptions {
  /** The format to write; left out: the one it came in. */
  readonly format?: FormatName;
  /** `stored`: tensors that came in as f16 or bf16 are rounded to that again. `f32`, the default: they stay widened. */
  readonly dtype?: 'f32' | 'stored';
}

/** A checkpoint in a foreign format: its tensors, and the files to put beside them. */
export interface ForeignModel {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes a model in the names of a format. What came in with it (other tensors, config files) goes out as it was; configs
 * change only where the model did.
 *
 * @throws {CheckpointError} when there is no format to write, or when the format has no words for this model.
 */
export function exportModel(model: ExportedModel, { format: wanted, dtype = 'f32' }: ExportOptions = {}): ForeignModel {
  const name = wanted ?? model.format?.name;
  if (name === undefined) {
    throw new CheckpointError(
      'the model',
      'it was made by Stockpot, so there is no format that it came in.',
      'Say which format to write.',
    );
  }
  const format = checkpointFormat(name);
  const { architecture, preprocessing, classes, tensors } = model;
  const record = model.format?.name === name ? model.format : null;
  const head = tensors.get('head.weight')?.shape[0] ?? null;
  const decoder = model.format === null ? null : fittingDecoder(model, model.format.decoder);
  const variant = record?.variant ?? format.variant(architecture);
  const outgoing: Outgoing = { architecture, preprocessing, classes, head, decoder, variant };
  const table = modelTable(outgoing);
  const entries = new Map(format.entries(outgoing, table).map((entry) => [entry.house, entry]));
  const written = new Map<string, Tensor>();
  for (const { name: house, shape } of table) {
    const entry = entries.get(house);
    const data = tensors.get(house)?.data;
    if (entry === undefined || !(data instanceof Float32Array)) {
      throw new CheckpointError('the model', `its tensor ${house} is missing or not in f32.`, 'Give the whole model.');
    }
    for (const part of parts(entry, shape, data)) {
      const as = dtype === 'stored' ? (record?.widened[part.name] ?? 'f32') : 'f32';
      written.set(
        part.name,
        as === 'f32' ? { dtype: as, shape: part.shape, data: part.data } : tensorOf(as, part.shape, part.data),
      );
    }
  }
  if (record !== null) {
    for (const [house, tensor] of tensors) {
      if (house.startsWith(UNTOUCHED)) written.set(house.slice(UNTOUCHED.length), tensor);
    }
  }
  const files = format.files(outgoing, record?.files ?? {});
  const widened = dtype === 'f32' && Object.keys(record?.widened ?? {}).length > 0;
  const { 'config.json': config } = files;
  if (!widened || config === undefined) return { tensors: written, files };
  return { tensors: written, files: { ...files, 'config.json': statedAsF32(config) } };
}

/**
 * The decoder that the model came with, as long as its tensors still are of that shape. A training without labels may have
 * put another one in its place, which the config that goes out does not speak of: it stays behind.
 */
function fittingDecoder({ architecture, tensors }: ExportedModel, decoder: DecoderShape | null): DecoderShape | null {
  if (decoder === null) return null;
  const table = decoderTable(architecture, decoder);
  return table.every(({ name, shape }) => tensors.get(name)?.shape.join() === shape.join()) ? decoder : null;
}

/** The foreign tensors that one of Stockpot's becomes, in f32. */
function parts(
  entry: NameEntry,
  shape: readonly number[],
  data: Float32Array,
): { readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array }[] {
  const outer = foreignShape(entry, shape);
  const turned = entry.transposed ? transposed(data, shape) : data;
  const length = elementCount(outer);
  return entry.foreign.map((name, index) => ({
    name,
    shape: outer,
    data: turned.subarray(index * length, (index + 1) * length),
  }));
}
