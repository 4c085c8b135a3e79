import { type CheckpointReader, openCheckpoint, type StoredTensor } from '../../checkpoints/open-checkpoint.js';
import { storage } from '../../checkpoints/storage.js';
import { CancelledError } from '../../errors.js';
import { isFloat } from '../../graph/dtype.js';
import { assertSoupable } from '../../models/compatibility.js';
import type { Ingredient } from '../../soups/method.js';
import { AnalysisError } from '../errors.js';
import { type OpenModel, RUN, readRun } from '../mixtures/read-run.js';
import { type Geometry, geometryOf } from './geometry.js';
import { GeometrySums } from './geometry-sums.js';
import { layerOfName } from './layer-of.js';

export interface WeightSpaceOptions {
  /** The model that the ingredients were trained from; left out, there are no distances from it. */
  readonly stock?: Ingredient;
  /** The layer of a tensor; by its name when left out (`layerOfName`). */
  readonly layerOf?: (tensor: string) => string;
  readonly signal?: AbortSignal;
  /** Called after each tensor with tensors done and in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Where the models of a pool lie to each other and to their stock. Everything is by the ingredients' order. */
export interface WeightSpace {
  readonly all: Geometry;
  /** By layer, in the order of their first tensors. */
  readonly layers: ReadonlyMap<string, Geometry>;
  /** By tensor, in the order of their names. */
  readonly tensors: ReadonlyMap<string, Geometry>;
  /** Tensors that the stock has not, such as a head: they count in distances between ingredients, not in those from it. */
  readonly missingInStock: readonly string[];
  /** Tensors of integers and booleans: they have no place in a space of weights. */
  readonly notWeights: readonly string[];
}

/**
 * Distances, cosines and angles of checkpoints by tensor, by layer and in all, streamed: in memory are 1 MiB of f32 of one
 * tensor of each model and k × k sums. Accumulated in f64; files, indices of shards and folders are accepted.
 *
 * @throws CheckpointError for ingredients that do not belong in one soup
 * @throws AnalysisError for a stock whose tensor has another shape, and for a weight that is not finite, naming both
 */
export async function weightSpace(
  ingredients: readonly Ingredient[],
  { stock, layerOf = layerOfName, signal, onProgress }: WeightSpaceOptions = {},
): Promise<WeightSpace> {
  const readers: CheckpointReader[] = [];
  const opened = [...ingredients, ...(stock === undefined ? [] : [stock])];
  try {
    for (const { path } of opened) readers.push(await openCheckpoint(path));
    const models = readers
      .slice(0, ingredients.length)
      .map((reader, index) => ({ reader, name: nameOf(opened, index) }));
    const base = stock === undefined ? null : { reader: readers[ingredients.length], name: stock.name };
    const [first, ...others] = models;
    if (first === undefined) throw new AnalysisError('There are no ingredients to compare.', 'Give at least one.');
    for (const other of others) assertSoupable(header(first), header(other));
    const names = [...first.reader.tensors.keys()].sort((a, b) => (a < b ? -1 : 1));
    const sums = new Map<string, GeometrySums>();
    const missingInStock: string[] = [];
    const notWeights: string[] = [];
    for (const [place, name] of names.entries()) {
      const type = first.reader.tensors.get(name);
      if (type === undefined || !isFloat(storage[type.dtype].readAs)) {
        notWeights.push(name);
        continue;
      }
      const found = base?.reader?.tensors.get(name);
      if (base !== null && found === undefined) missingInStock.push(name);
      if (found !== undefined && found.shape.join() !== type.shape.join()) {
        throw new AnalysisError(
          `${base?.name}: tensor ${JSON.stringify(name)} has the shape [${found.shape}], where the ingredients have [${type.shape}].`,
          'Compare ingredients with the stock that they were trained from.',
        );
      }
      const sources =
        base?.reader === undefined || found === undefined ? models : [...models, { ...base, reader: base.reader }];
      sums.set(name, await sumTensor(name, type, sources, models.length, signal));
      onProgress?.(place + 1, names.length);
    }
    const layers = new Map<string, GeometrySums>();
    const all = new GeometrySums(models.length);
    for (const [name, ofTensor] of sums) {
      const layer = layers.get(layerOf(name)) ?? new GeometrySums(models.length);
      layers.set(layerOf(name), layer);
      layer.addSums(ofTensor);
      all.addSums(ofTensor);
    }
    return { all: geometryOf(all), layers: geometries(layers), tensors: geometries(sums), missingInStock, notWeights };
  } finally {
    for (const reader of readers) await reader.close();
  }
}

/** The sums of one tensor; a source beyond the models is the stock. */
async function sumTensor(
  name: string,
  { shape }: StoredTensor,
  sources: readonly OpenModel[],
  models: number,
  signal: AbortSignal | undefined,
): Promise<GeometrySums> {
  const sums = new GeometrySums(models);
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  for (let start = 0; start < length; start += RUN) {
    if (signal?.aborted) throw new CancelledError('The analysis');
    const runs: ArrayLike<number>[] = [];
    for (const source of sources) runs.push(await readRun(source, name, start, Math.min(RUN, length - start)));
    sums.addWeights(runs.slice(0, models), runs[models] ?? null);
  }
  return sums;
}

function geometries(sums: ReadonlyMap<string, GeometrySums>): ReadonlyMap<string, Geometry> {
  return new Map([...sums].map(([name, one]) => [name, geometryOf(one)]));
}

function header({ reader, name }: OpenModel) {
  return { source: name, types: reader.tensors, metadata: reader.metadata };
}

function nameOf(opened: readonly Ingredient[], index: number): string {
  return opened[index]?.name ?? `ingredient ${index}`;
}
