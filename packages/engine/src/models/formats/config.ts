import type { z } from 'zod';
import { CheckpointError } from '../../checkpoints/errors.js';
import type { Activation } from '../vit/architecture.js';
import type { ForeignCheckpoint } from './format.js';

/** Parses a config file beside a checkpoint. Throws CheckpointError with the place that is wrong. */
export function readConfig<Schema extends z.ZodType>(
  { source, files }: Pick<ForeignCheckpoint, 'source' | 'files'>,
  file: string,
  schema: Schema,
): z.output<Schema> {
  const text = files.get(file);
  if (text === undefined) {
    throw new CheckpointError(source, `${file} is not beside it.`, `Put the ${file} of this checkpoint there.`);
  }
  const parsed = schema.safeParse(parseJson(source, file, text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new CheckpointError(
    source,
    `its ${file} is not understood${where === '' ? '' : ` at ${where}`}: ${issue?.message}.`,
    'Give the file as it was published with this checkpoint.',
  );
}

function parseJson(source: string, file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(source, `its ${file} is not JSON.`, 'Fetch the file again.', { cause });
  }
}

/** Names of activations in configs (`hidden_act`, `act_layer`) that compute what one of Stockpot's does. */
const ACTIVATION_NAMES: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_tanh: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  quick_gelu: 'quick-gelu',
  silu: 'silu',
  swish: 'silu',
  relu: 'relu',
};

/** The activation that a config names. Throws CheckpointError for one that Stockpot does not compute. */
export function activationNamed(name: string, source: string, file = 'config.json'): Activation {
  const activation = ACTIVATION_NAMES[name];
  if (activation !== undefined) return activation;
  throw new CheckpointError(
    source,
    `its ${file} asks for the activation '${name}'.`,
    `Stockpot computes ${Object.keys(ACTIVATION_NAMES).join(', ')}.`,
  );
}

/** An error about what a config says, in one line at the call. */
export function refuse(source: string, problem: string, advice = 'Stockpot has no model for this.'): never {
  throw new CheckpointError(source, problem, advice);
}
