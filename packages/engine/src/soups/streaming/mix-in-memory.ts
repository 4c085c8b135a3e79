import { storedBytes } from '../../checkpoints/storage.js';
import { dtypes } from '../../graph/dtype.js';
import type { Tensor } from '../../graph/tensor.js';
import { SoupError } from '../errors.js';
import type { Candidate } from '../method.js';
import { openIngredients } from './ingredients.js';
import type { MemoryPlace } from './job.js';
import { type MixOptions, type MixOrder, mixTensors, resolveOrder } from './mix-tensors.js';
import { ownThread } from './threads.js';
import { workforceFor } from './workforce.js';

/**
 * Mixes checkpoints by a linear method into one model in memory, with the bytes that `writeSoup` writes: what somebody looks at
 * before anybody decided to keep it.
 *
 * @throws as `writeSoup`, and SoupError for a method that is not linear
 */
export async function mixInMemory(order: MixOrder, options: MixOptions = {}): Promise<Candidate> {
  const { method, parameters, mix, seed } = resolveOrder(order);
  if (mix.linear === undefined) {
    throw new SoupError(`${method.title} is not mixed in memory.`, 'Write the soup, and read it.');
  }
  await using inputs = await openIngredients(order.ingredients, order.base ?? null, order.names);
  const workforce = options.workforce ?? (await workforceFor(inputs, mix, options.threads));
  try {
    const places = new Map<string, MemoryPlace>();
    for (const [name, type] of inputs.types) {
      const bytes = storedBytes(type);
      places.set(name, { memory: workforce === ownThread ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes) });
    }
    // Linear methods keep equal weights equal: none need to be found.
    const tied = new Map<string, string>();
    await mixTensors(
      { order, parameters, mix, seed, inputs, tied, measured: null, places, running: null },
      workforce,
      options,
    );
    const tensors = new Map<string, Tensor>();
    for (const [name, { dtype, shape }] of inputs.types) {
      const { bytes, view } = dtypes[dtype];
      const memory = ownBuffer(places.get(name)?.memory ?? new ArrayBuffer(0));
      tensors.set(name, { dtype, shape, data: view(memory, 0, memory.byteLength / bytes) });
    }
    return { tensors, metadata: inputs.metadata };
  } finally {
    if (options.workforce === undefined) await workforce[Symbol.asyncDispose]();
  }
}

/** Runtimes do not take memory that threads share. */
function ownBuffer(memory: ArrayBuffer | SharedArrayBuffer): ArrayBuffer {
  if (memory instanceof ArrayBuffer) return memory;
  const own = new ArrayBuffer(memory.byteLength);
  new Uint8Array(own).set(new Uint8Array(memory));
  return own;
}
