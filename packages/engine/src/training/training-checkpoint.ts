import { z } from 'zod';
import type { Tensor } from '../graph/tensor.js';
import { readSealed, writeSealed } from './sealed-tensors.js';
import type { TrainingState } from './training-state.js';

const FORMAT = 'stockpot-training-2';

/** What the vectors with the best score are stored under, beside those of the state. */
const BEST = 'best.';

const validationSchema = z.strictObject({
  at: z.int(),
  best: z.number().nullable(),
  bestAt: z.int(),
  failures: z.int(),
});

/**
 * Writes a training's state so that a reader sees the old file or the new one, never a part.
 *
 * @param fingerprint what the training is; a state of another training is not continued.
 */
export async function saveState(path: string, state: TrainingState, fingerprint: string): Promise<void> {
  const { vectors: best, ...validation } = state.validation;
  const tensors = new Map([
    ...Object.entries(state.vectors),
    ...Object.entries(best).map(([name, kept]): [string, Tensor] => [BEST + name, kept]),
  ]);
  await writeSealed(path, { format: FORMAT, fingerprint }, tensors, {
    'stockpot.step': String(state.step),
    'stockpot.loss_mean': JSON.stringify(state.lossMean),
    'stockpot.validation': JSON.stringify(validation),
  });
}

/**
 * The state of an earlier attempt at the same training, or null: there is none, it belongs to another training, or its
 * bytes are damaged. The training then begins anew, which costs time and changes nothing.
 */
export async function loadState(
  path: string,
  fingerprint: string,
  expected: TrainingState,
): Promise<TrainingState | null> {
  const sealed = await readSealed(path, { format: FORMAT, fingerprint });
  if (sealed === null) return null;
  const { tensors, metadata } = sealed;
  const step = Number(metadata.get('stockpot.step'));
  const lossMean = Number(metadata.get('stockpot.loss_mean'));
  const complete = Object.entries(expected.vectors).every(
    ([name, { dtype, shape }]) =>
      tensors.get(name)?.dtype === dtype && tensors.get(name)?.shape.join() === shape.join(),
  );
  const validation = validationSchema.safeParse(jsonOf(metadata.get('stockpot.validation')));
  if (!complete || !Number.isSafeInteger(step) || !Number.isFinite(lossMean) || !validation.success) return null;
  const best = [...tensors].filter(([name]) => name.startsWith(BEST));
  const vectors = [...tensors].filter(([name]) => !name.startsWith(BEST));
  return {
    step,
    lossMean,
    vectors: Object.fromEntries(vectors),
    validation: {
      ...validation.data,
      vectors: Object.fromEntries(best.map(([name, kept]) => [name.slice(BEST.length), kept])),
    },
  };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
