import { sameShape, showShape, type Tensor, type Value } from '../graph/index.js';
import { DeviceError } from './errors.js';

/** Every one of `inputs` is fed with a tensor of its dtype and shape, and nothing else is. Throws DeviceError. */
export function checkFeeds(device: string, inputs: readonly Value[], feeds: Readonly<Record<string, Tensor>>): void {
  for (const { name, dtype, shape } of inputs) {
    const fed = feeds[name];
    const wanted = `${dtype}${showShape(shape)}`;
    if (fed === undefined) throw new DeviceError(device, `Input "${name}" was not fed.`, `Feed ${wanted}.`);
    if (fed.dtype !== dtype || !sameShape(fed.shape, shape)) {
      const found = `${fed.dtype}${showShape(fed.shape)}`;
      throw new DeviceError(device, `Input "${name}" is ${wanted} but was fed ${found}.`, 'Convert or reshape it.');
    }
  }
  const known = new Set(inputs.map((input) => input.name));
  const unknown = Object.keys(feeds).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new DeviceError(device, `The graph has no input "${unknown}".`, `It has ${[...known].join(', ')}.`);
  }
}

export function checkThreads(device: string, threads: number): void {
  if (Number.isInteger(threads) && threads >= 1) return;
  throw new DeviceError(device, `${threads} is no number of threads.`, 'Give a whole number from 1.');
}
