/** @file What answers cost, as steps state it and as it is shown: nothing here measures. */
import { z } from 'zod';
import { deviceNames } from '../../runtime/device-names.js';

/** Processors that others keep busy above which a time was not taken alone: the system's own housekeeping stays below. */
export const MOST_OTHERS = 0.2;

const milliseconds = z.number().min(0);

/** What answers of one network cost: a fact about a network, a machine and a moment. */
export const networkCost = z.strictObject({
  /** What one example is: an image [c, h, w], or [tokens] of a text. */
  example: z.array(z.int().min(1)).min(1),
  /** Numbers in its weights, the head's among them. */
  parameters: z.int().min(1),
  /** Multiplications, each with its addition, of matrix products and convolutions for one example. */
  multiplyAdds: z.int().min(0),
  /** From the smallest on. */
  batches: z
    .array(
      z.strictObject({
        /** Examples that are answered together. */
        batch: z.int().min(1),
        runs: z.int().min(1),
        /** Of all examples of the batch: median and quartiles over the runs. */
        medianMs: milliseconds,
        lowMs: milliseconds,
        highMs: milliseconds,
        /** Most memory of the process above what it had before it loaded the network, so far; null where the system does not tell. */
        memoryBytes: z.int().min(0).nullable(),
        /** Processors that others kept busy meanwhile, on average; null where the system does not tell. */
        othersBusy: z.number().min(0).nullable(),
      }),
    )
    .min(1),
});
export type NetworkCost = z.infer<typeof networkCost>;

const machine = z.strictObject({
  /** The processor's name, and how many of them there are. */
  processor: z.string(),
  processors: z.int().min(1),
  /** What the network ran on, and with how many threads. */
  device: z.enum(deviceNames),
  threads: z.int().min(1),
});

/** What a step says that measured the models of a plan. */
export const costSummary = z.strictObject({
  machine,
  /** Each network once, with the places of its models among those of the step: models that differ in weights alone are one. */
  networks: z.array(networkCost.extend({ models: z.array(z.int().min(0)).min(1) })),
  seconds: z.number().min(0),
});
export type CostSummary = z.infer<typeof costSummary>;

/** What is kept of one model. */
export const modelCost = networkCost.extend({ machine });
export type ModelCost = z.infer<typeof modelCost>;

/** By the places of the models among those of the step. */
export function costsByModel({ machine: where, networks }: CostSummary): ReadonlyMap<number, ModelCost> {
  return new Map(
    networks.flatMap(({ models, ...network }) =>
      models.map((model) => [model, { ...network, machine: where }] as const),
    ),
  );
}

/** How long so many examples take together. */
export interface AnswerTime {
  readonly batch: number;
  readonly medianMs: number;
  /** Quartiles over the runs; null for a sum of networks, whose quartiles are not the sum of theirs. */
  readonly lowMs: number | null;
  readonly highMs: number | null;
  /** Timed runs; of several networks the fewest. */
  readonly runs: number;
  /** Null for several networks: whether they are in memory at once is up to whoever asks them. */
  readonly memoryBytes: number | null;
  /** Whether nothing else computed meanwhile; null where that is not known. */
  readonly alone: boolean | null;
}

/** What an answer of a model, or of an ensemble, costs. */
export interface AnswerCost {
  readonly machine: ModelCost['machine'];
  readonly example: readonly number[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly times: readonly AnswerTime[];
}

/**
 * What it costs to ask all of these networks, one after another: the sum of medians. Null where one was not measured, or elsewhere than
 * the others, for such times do not add up.
 */
export function summedCost(networks: readonly (ModelCost | null)[]): AnswerCost | null {
  const known = networks.filter((network) => network !== null);
  const [first] = known;
  if (first === undefined || known.length < networks.length) return null;
  if (known.some((one) => !sameMachine(one.machine, first.machine))) return null;
  const sum = (of: (network: ModelCost) => number) => known.reduce((total, network) => total + of(network), 0);
  return {
    machine: first.machine,
    example: first.example,
    parameters: sum(({ parameters }) => parameters),
    multiplyAdds: sum(({ multiplyAdds }) => multiplyAdds),
    times: first.batches.flatMap(({ batch }) => timeOf(batch, known) ?? []),
  };
}

/** The sum for one size of a batch; null where one of the networks was not timed on it. */
function timeOf(batch: number, networks: readonly ModelCost[]): AnswerTime | null {
  const times = networks.flatMap(({ batches }) => batches.find((one) => one.batch === batch) ?? []);
  const [only] = times;
  if (only === undefined || times.length < networks.length) return null;
  const single = times.length === 1;
  return {
    batch,
    medianMs: times.reduce((sum, { medianMs }) => sum + medianMs, 0),
    lowMs: single ? only.lowMs : null,
    highMs: single ? only.highMs : null,
    runs: Math.min(...times.map(({ runs }) => runs)),
    memoryBytes: single ? only.memoryBytes : null,
    alone: aloneOf(times.map(({ othersBusy }) => othersBusy)),
  };
}

function aloneOf(others: readonly (number | null)[]): boolean | null {
  if (others.some((busy) => busy !== null && busy > MOST_OTHERS)) return false;
  return others.includes(null) ? null : true;
}

function sameMachine(one: ModelCost['machine'], other: ModelCost['machine']): boolean {
  return (['processor', 'processors', 'device', 'threads'] as const).every((key) => one[key] === other[key]);
}
