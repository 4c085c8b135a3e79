/** @file Methods that mix by measurements, as the executor and certificates know them. Pure: nothing is measured here. */
import type { z } from 'zod';
import type { JsonObject } from '../../json.js';
import { defineMethod, type MethodEntry, type MethodOption } from '../methods/method-entry.js';
import type { MeasuredKind } from '../mixing.js';
import { weightsOption } from '../mixing-parameters.js';
import { fisher, fisherSchema } from './fisher.js';
import { regmean, regmeanSchema } from './regmean.js';
import type { InformedMethod } from './statistics.js';

interface Described<P> {
  readonly method: InformedMethod<P>;
  readonly parameters: z.ZodType<P>;
  readonly measured: MeasuredKind;
  readonly formula: string;
  readonly options: readonly MethodOption[];
  readonly example: string;
}

const where = '--data DIR --selection train:20 -o soup.safetensors';

export const informedMethods = {
  fisher: informed({
    method: fisher,
    parameters: fisherSchema,
    measured: 'fisher',
    formula: 'θ = Σ λᵢ·Fᵢ⊙θᵢ / Σ λᵢ·Fᵢ, Fᵢ the diagonal of the Fisher information of ingredient i',
    options: [
      weightsOption,
      { name: 'floor', kind: 'number', words: 'the least that a Fisher number counts; default: 1e-6' },
      { name: 'normalise', kind: 'switch', words: 'divide the Fisher numbers of each ingredient by their mean first' },
    ],
    example: `fisher A.safetensors B.safetensors ${where}`,
  }),
  regmean: informed({
    method: regmean,
    parameters: regmeanSchema,
    measured: 'gram',
    formula: 'of each linear layer W = (Σ Wᵢ·Gᵢ)·(Σ Gᵢ)⁻¹, Gᵢ = Xᵢᵀ·Xᵢ of its inputs in ingredient i; else the mean',
    options: [
      { name: 'alpha', kind: 'number', words: 'what off-diagonal numbers of the Gram matrices count; default: 0.9' },
    ],
    example: `regmean A.safetensors B.safetensors ${where}`,
  }),
} satisfies Record<string, MethodEntry>;

function informed<P extends JsonObject>({ method, parameters, measured, ...rest }: Described<P>): MethodEntry {
  const { title, source } = method;
  return defineMethod({
    ...{ title, source, parameters, ...rest },
    needsBase: false,
    least: 1,
    bind: (told, members) => ({
      measured,
      mix(input) {
        if (input.statistics === undefined)
          throw new TypeError(`${title} was given no measurements of "${input.name}".`);
        return method.bind(told, members, input.statistics).mix(input);
      },
    }),
  });
}
