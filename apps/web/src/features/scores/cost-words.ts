import type { ScoreFieldsFragment } from '@/gql/graphql';
import { bytes, count, latency } from '@/lib/format';

type Measured = NonNullable<NonNullable<ScoreFieldsFragment['cost']>['measured']>;

/** What the model answers for: an image has an area, a text only a length. */
export function exampleWord({ example }: Pick<Measured, 'example'>): 'image' | 'text' {
  return example.length === 1 ? 'text' : 'image';
}

/** How a time was taken, in sentences. */
export function timeInWords(
  { batch, medianMs, lowMs, highMs, runs, memoryBytes, alone }: Measured['times'][number],
  unit: 'image' | 'text',
): string {
  const what = batch === 1 ? `One ${unit}` : `${count(batch)} ${unit}s together`;
  const how =
    lowMs === null || highMs === null
      ? `the sum of its networks' medians`
      : `median of ${count(runs)} runs, quartiles ${latency(lowMs)} and ${latency(highMs)}`;
  const company = {
    true: 'Nothing else computed meanwhile.',
    false: 'Not alone: others computed meanwhile, so it is too long.',
    null: 'Whether others computed meanwhile, this system does not tell.',
  }[String(alone) as 'true' | 'false' | 'null'];
  const memory = memoryBytes === null ? '' : ` At most ${bytes(memoryBytes)} of memory more than without the network.`;
  return `${what}: ${latency(medianMs)}, ${how}.${memory} ${company}`;
}

export function machineInWords({ processor, processors, device, threads }: Measured['machine']): string {
  const threaded = `${count(threads)} ${threads === 1 ? 'thread' : 'threads'}`;
  return `Measured on ${device} with ${threaded}: ${processor}, ${count(processors)} processors.`;
}

/** 17,563,828,224 → '17.6 G' */
export function countInShort(n: number): string {
  for (const [size, unit] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (n >= size) return `${Number((n / size).toPrecision(3))} ${unit}`;
  }
  return String(n);
}
