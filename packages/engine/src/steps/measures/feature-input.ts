/** @file Features as steps hand them on. */
import { hash } from 'node:crypto';
import { encodeSafetensors, readSafetensors } from '../../checkpoints/safetensors.js';
import { EvaluationError } from '../../evaluation/errors.js';
import type { EvaluationProtocol } from '../../evaluation/protocol.js';
import type { FeatureSet } from '../../evaluation/representations/features.js';
import { inputOf, type StepContext } from '../definition.js';
import type { Passes } from './measure.js';

const FEATURES = 'features';
const LABELS = 'labels';
const EXAMPLES = 'examples';

/** Which examples features are of: a split by its content, and positions in it. */
export interface FeatureExamples {
  readonly split: { readonly contentHash: string };
  readonly positions: readonly number[];
}

/** A file of features: f32 `features` [n, width], i32 `labels` [n], and in its metadata which examples they are of. */
export function encodeFeatures(
  { width, features, labels }: FeatureSet,
  examples: FeatureExamples,
): Uint8Array<ArrayBuffer> {
  const n = labels.length;
  return encodeSafetensors(
    new Map([
      [FEATURES, { dtype: 'f32' as const, shape: [n, width], data: features }],
      [LABELS, { dtype: 'i32' as const, shape: [n], data: Int32Array.from(labels) }],
    ]),
    { [EXAMPLES]: nameOf(examples) },
  );
}

/** The features of the examples that a protocol scores. Throws EvaluationError for those of other examples. */
export function scoredFeatures(protocol: EvaluationProtocol, context: StepContext): Promise<FeatureSet> {
  return readFeatures(context, 'features', protocol);
}

/** The features of the second split, if the protocol names one. */
export async function bankFeatures({ measure }: EvaluationProtocol, context: StepContext): Promise<FeatureSet | null> {
  return measure?.other === undefined ? null : readFeatures(context, 'bank', measure.other);
}

/** As `bankFeatures`, for kinds that cannot do without. */
export async function neededBank(protocol: EvaluationProtocol, context: StepContext): Promise<FeatureSet> {
  const bank = await bankFeatures(protocol, context);
  if (bank !== null) return bank;
  throw new EvaluationError(
    'The protocol names no second split to learn from.',
    'Compile the recipe again with this version of Stockpot.',
  );
}

/** What taking these features cost, whichever benchmark they were taken for first: each example of both splits once. */
export function featurePasses({ n, measure }: Pick<EvaluationProtocol, 'n' | 'measure'>): Passes {
  return { forward: n + (measure?.other?.positions.length ?? 0) };
}

async function readFeatures(
  context: StepContext,
  role: 'features' | 'bank',
  examples: FeatureExamples,
): Promise<FeatureSet> {
  const { path } = inputOf(context, role);
  const { tensors, metadata } = await readSafetensors(path);
  const features = tensors.get(FEATURES);
  const labels = tensors.get(LABELS)?.data;
  if (
    !(features?.data instanceof Float32Array && labels instanceof Int32Array) ||
    metadata.get(EXAMPLES) !== nameOf(examples)
  ) {
    throw new EvaluationError(
      `${path}: these are not the features of the ${examples.positions.length} examples that the protocol names.`,
      'Run the recipe again: the features are taken anew.',
    );
  }
  return { width: features.shape[1] ?? 0, features: features.data, labels };
}

function nameOf({ split, positions }: FeatureExamples): string {
  return hash('sha256', `${split.contentHash} ${positions.join(' ')}`);
}
