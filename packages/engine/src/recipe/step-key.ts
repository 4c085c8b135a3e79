import { hashJson, type JsonObject } from '../json.js';
import type { StepKind } from './plan.js';

/**
 * Names the numerics: a step key made under one version never finds a result made under another. Raise the number when a
 * change makes any step's bytes differ for equal parameters and inputs. A new onnxruntime may round differently, so its
 * version is part of the name (a test compares it with the one that is installed).
 */
export const NUMERICS_VERSION = 'stockpot-3/onnxruntime-1.30.0';

/**
 * The key of a step: equal keys mean equal bytes (architecture §6). It can be computed when the inputs' hashes are known,
 * just before the step would run.
 *
 * @param inputHashes role → SHA-256 of the input artifacts, in the plan's order
 * @param deviceClass 'cpu', 'webgpu', 'cuda'
 * @returns 64 lower-case hexadecimal digits
 */
export function stepKey(
  step: { readonly kind: StepKind; readonly parameters: JsonObject },
  inputHashes: Readonly<Record<string, readonly string[]>>,
  deviceClass: string,
): string {
  return hashJson({
    kind: step.kind,
    parameters: determiningParameters(step.parameters),
    inputs: inputHashes,
    numerics: NUMERICS_VERSION,
    device: deviceClass,
  });
}

/** What of a step's parameters its result depends on. */
export function determiningParameters(parameters: JsonObject): JsonObject {
  // How often a training saves its state determines how much is lost with it, not what comes out of it.
  const { checkpoint_every: _, precision = 'f32', ...rest } = parameters;
  // It was that of a tensor once: what is kept of that is another soup.
  const told = rest.tie === 'majority' ? { ...rest, tie: 'majority of the model' } : rest;
  // Written or not, f32 is what was computed in before there was a choice.
  return precision === 'f32' ? told : { ...told, precision };
}
