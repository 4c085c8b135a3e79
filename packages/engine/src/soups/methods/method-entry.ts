import { z } from 'zod';
import { issueWords } from '../../issue-words.js';
import type { JsonObject } from '../../json.js';
import { MethodParameterError } from '../errors.js';
import type { MixingMethod, TensorMix } from '../mixing.js';

/** How the value of an option is read from a command line. */
export type OptionKind = 'number' | 'numbers' | 'switch' | 'text' | 'shares by pattern';

/** One parameter of a method, as a person gives it. */
export interface MethodOption {
  /** The parameter's name, and with dashes the option's. */
  readonly name: string;
  readonly kind: OptionKind;
  /** A sentence without a full stop; it says the default. */
  readonly words: string;
}

/** What makes a method one that people can call: beside what it computes, how it is asked for. */
export interface MethodDescription<P> extends MixingMethod<P> {
  readonly parameters: z.ZodType<P>;
  readonly options: readonly MethodOption[];
  /** The fewest ingredients, and the most if there is a limit, the stock not counted. */
  readonly least: number;
  readonly most?: number;
  /** What follows `stockpot soup`, with A, B and C for ingredients and S for the stock, each .safetensors. */
  readonly example: string;
  /** The formula in a line of text. */
  readonly formula: string;
  /** True for a method that draws random numbers: its soups have a seed. */
  readonly random?: boolean;
  /** True for a method whose ingredients are the checkpoints of one training, in the order in which they were written. */
  readonly alongARun?: boolean;
  /**
   * What each ingredient is asked to count, where the method is no linear combination; left out, its `weights` as shares, or
   * the same for all.
   */
  readonly nominal?: (parameters: P, members: number) => readonly number[];
}

/** A method of the table, whatever its parameters are. */
export interface MethodEntry extends Omit<MethodDescription<never>, 'parameters' | 'bind' | 'nominal'> {
  /** Each parameter by its name, as it may be given. */
  readonly fields: Readonly<Record<string, z.ZodType>>;
  /** The parameters with their defaults. Throws MethodParameterError for what the method does not take. */
  complete(parameters: JsonObject): JsonObject;
  /** Throws MethodParameterError for parameters, or a number of ingredients, that the method does not take. */
  bind(parameters: JsonObject, members: number): TensorMix;
  /** What each ingredient is asked to count: all that can be said of one that is no linear combination. */
  nominal(parameters: JsonObject, members: number): readonly number[];
}

/** A row of the table of methods. */
export function defineMethod<P extends JsonObject>(method: MethodDescription<P>): MethodEntry {
  const { parameters: schema, bind: _bind, nominal, title, least, most, ...rest } = method;
  const complete = (parameters: JsonObject): P => {
    const result = schema.safeParse(parameters);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const where = issue?.path.length ? `its parameter '${issue.path.join('.')}'` : 'its parameters';
    throw new MethodParameterError(
      String(issue?.path[0] ?? ''),
      `${title} does not take ${where} as given: ${issue === undefined ? 'unknown' : issueWords(issue, parameters)}.`,
      `An example: stockpot soup ${rest.example}`,
    );
  };
  return {
    ...rest,
    title,
    least,
    ...(most === undefined ? {} : { most }),
    fields: fieldsOf(schema),
    complete,
    nominal: (given, members) => (nominal ?? sharesOfWeights)(complete(given), members),
    bind(parameters, members) {
      if (members < least || members > (most ?? Number.POSITIVE_INFINITY)) {
        const wanted = most === undefined ? `at least ${least}` : most === least ? `${least}` : `${least} to ${most}`;
        throw new MethodParameterError(
          'ingredients',
          `${title} takes ${wanted} ${wanted === '1' || wanted === 'at least 1' ? 'ingredient' : 'ingredients'}, and was given ${members}.`,
          `An example: stockpot soup ${rest.example}`,
        );
      }
      return method.bind(complete(parameters), members);
    },
  };
}

/** The fields of an object, also of one that is completed after it was read. */
export function fieldsOf(schema: unknown): Readonly<Record<string, z.ZodType>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPipe) return fieldsOf(schema.in);
  throw new TypeError('The parameters of a method are an object.');
}

function sharesOfWeights({ weights }: JsonObject, members: number): readonly number[] {
  const given = Array.isArray(weights) ? weights.map(Number) : Array.from({ length: members }, () => 1);
  const sum = given.reduce((total, weight) => total + weight, 0);
  return sum > 0 ? given.map((weight) => weight / sum) : given;
}
