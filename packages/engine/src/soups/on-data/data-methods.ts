/** @file The table of methods that look at data, as people ask for them. Pure: `cook-on-data.ts` does them. */
import { z } from 'zod';
import { issueWords } from '../../issue-words.js';
import type { JsonObject } from '../../json.js';
import { acceptRule, greedierOptions, greedyOptions, learnedBy, prunedOptions } from '../../recipe/choosing-options.js';
import { SoupError } from '../errors.js';
import { fisherSchema } from '../informed/fisher.js';
import { informedMethods } from '../informed/informed-methods.js';
import { regmeanSchema } from '../informed/regmean.js';
import { fieldsOf, type MethodEntry, type MethodOption } from '../methods/method-entry.js';

const accept: MethodOption = {
  name: 'accept',
  kind: 'text',
  words: "'>=' takes a candidate that scores as well, as the paper; '>' only a better one; default: >=",
};
const ties: MethodOption = {
  name: 'ties',
  kind: 'text',
  words: "which of equally good ingredients comes first: 'listed' or 'last'; default: listed",
};
const tolerance: MethodOption = {
  name: 'tolerance',
  kind: 'number',
  words: 'how far below the best score so far a candidate may be and still be taken; default: 0',
};
const patience: MethodOption = {
  name: 'patience',
  kind: 'number',
  words: 'refusals in a row after which the search ends; default: none',
};
const start: MethodOption = {
  name: 'start',
  kind: 'text',
  words: "begin with the 'best' ingredient or with the 'first' of the order; default: best",
};
const epochsOf = (epochs: number): MethodOption => ({
  name: 'epochs',
  kind: 'number',
  words: `passes over the examples; default: ${epochs}`,
});
const batch: MethodOption = { name: 'batch', kind: 'number', words: 'examples of a step; default: 256' };

const count = z.int().min(1);
const positive = z.number().gt(0);

/** A method as its author writes it. */
interface Described<Parameters extends JsonObject> {
  readonly title: string;
  readonly source: string;
  readonly formula: string;
  readonly parameters: z.ZodType<Parameters>;
  readonly options: readonly MethodOption[];
  /** What follows `stockpot soup`; data of images lie in DIR. */
  readonly example: string;
}

/** A row of the table. */
export interface DataMethod<Parameters extends JsonObject = JsonObject>
  extends Omit<Described<Parameters>, 'parameters'> {
  /** Each parameter by its name, as it may be given. */
  readonly fields: Readonly<Record<string, z.ZodType>>;
  /** The parameters with their defaults. Throws SoupError for what the method does not take. */
  complete(given: JsonObject): Parameters;
}

function described<Parameters extends JsonObject>(method: Described<Parameters>): DataMethod<Parameters> {
  const { parameters, ...rest } = method;
  return {
    ...rest,
    fields: fieldsOf(parameters),
    complete(given) {
      const result = parameters.safeParse(given);
      if (result.success) return result.data;
      const [issue] = result.error.issues;
      const where = issue?.path.length ? `its parameter '${issue.path.join('.')}'` : 'its parameters';
      throw new SoupError(
        `${rest.title} does not take ${where} as given: ${issue === undefined ? 'unknown' : issueWords(issue, given)}.`,
        `An example: stockpot soup ${rest.example}`,
      );
    },
  };
}
const { order: _order, start: _start, ...searchOptions } = greedyOptions;
const files = 'A.safetensors B.safetensors C.safetensors';
const where = '--data DIR --selection train:200 -o soup.safetensors';

/** Every method that looks at data, by its name on the command line and in certificates. */
export const dataMethods = {
  greedy: described({
    title: 'Greedy soup',
    source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, recipe 1',
    formula: 'the ingredients in the order of their scores; each stays in the soup if the mean with it scores no worse',
    parameters: z.strictObject({ accept: acceptRule.default('>='), ...greedyOptions }),
    options: [
      accept,
      { name: 'order', kind: 'text', words: "'score': best first; 'given'; 'random': by --seed; default: score" },
      start,
      ties,
      tolerance,
      patience,
    ],
    example: `greedy ${files} ${where}`,
  }),
  'random-order': described({
    title: 'Greedy soup in random order',
    source: 'Dansereau et al., 2023, arXiv:2301.10092 ("greedy soup random")',
    formula: 'as greedy, but the ingredients come in an order that --seed draws',
    parameters: z.strictObject({
      accept: acceptRule.default('>='),
      start: z.enum(['best', 'first']).exactOptional(),
      ...searchOptions,
    }),
    options: [accept, start, ties, tolerance, patience],
    example: `random-order ${files} --seed 3 ${where}`,
  }),
  greedier: described({
    title: 'Greedier soup',
    source: 'Stockpot: the greedy soup of Wortsman et al. (arXiv:2203.05482) with every candidate tried at every turn',
    formula:
      'every turn takes the best of all ingredients that may still be added, while the mean with it scores no worse',
    parameters: z.strictObject({ accept: acceptRule.default('>='), ...greedierOptions }),
    options: [
      accept,
      { name: 'replacement', kind: 'switch', words: 'an ingredient may be taken again' },
      { name: 'most', kind: 'number', words: 'most ingredients, with multiplicity; default: all' },
      ties,
      tolerance,
    ],
    example: `greedier ${files} ${where}`,
  }),
  pruned: described({
    title: 'Pruned soup',
    source: 'Dansereau et al., 2023, arXiv:2301.10092',
    formula: 'all at first; the worst go, one after the other, while the mean without them scores no worse',
    parameters: z.strictObject({ accept: acceptRule.default('>='), ...prunedOptions }),
    options: [
      accept,
      { name: 'passes', kind: 'number', words: 'most passes over the ingredients; default: until one takes none out' },
      ties,
      tolerance,
    ],
    example: `pruned ${files} ${where}`,
  }),
  learned: described({
    title: 'Learned soup',
    source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, appendix I',
    formula: 'θ = Σ softmax(a)ᵢ·θᵢ, a learned on the labelled examples with the logits scaled by a learned β',
    parameters: z.strictObject({
      by: learnedBy.default('model'),
      epochs: count.default(5),
      lr: positive.default(0.05),
      batch: count.default(256),
    }),
    options: [
      {
        name: 'by',
        kind: 'text',
        words: "one coefficient a 'model', or one for each of its tensors: 'tensor'; default: model",
      },
      epochsOf(5),
      { name: 'lr', kind: 'number', words: 'learning rate of AdamW; default: 0.05' },
      batch,
    ],
    example: `learned ${files} --by tensor --epochs 2 ${where}`,
  }),
  'instant-seasoning': described({
    title: 'Instantly seasoned soup',
    source: 'Fuller, Green, Shelhamer, Self-Soupervision, 2026, arXiv:2602.02890, section 3.3; Croce et al. 2023',
    formula: 'of mixtures drawn from Dirichlet(1, …, 1) the one whose features answer best by nearest neighbours',
    parameters: z.strictObject({
      draws: count.default(1000),
      concentration: positive.default(1),
      k: count.default(20),
      temperature: positive.default(0.07),
    }),
    options: [
      { name: 'draws', kind: 'number', words: 'mixtures that are tried; default: 1000' },
      { name: 'concentration', kind: 'number', words: "the Dirichlet distribution's parameter; default: 1" },
      { name: 'k', kind: 'number', words: 'neighbours that vote; default: 20' },
      { name: 'temperature', kind: 'number', words: 'of the votes; default: 0.07' },
    ],
    example: `instant-seasoning A.safetensors B.safetensors --draws 5 ${where}`,
  }),
  'self-seasoning': described({
    title: 'Self-seasoned soup',
    source: 'Fuller, Green, Shelhamer, Self-Soupervision, 2026, arXiv:2602.02890, section 3.3',
    formula: 'as learned, without labels: the least mean entropy of similarities to the nearest examples of a batch',
    parameters: z.strictObject({
      epochs: count.default(100),
      lr: positive.default(0.1),
      lastLr: positive.default(0.01),
      k: count.default(16),
      temperature: positive.default(0.07),
      batch: count.default(256),
    }),
    options: [
      epochsOf(100),
      { name: 'lr', kind: 'number', words: 'learning rate of the first epoch; default: 0.1' },
      { name: 'lastLr', kind: 'number', words: 'learning rate of the last epoch, by half a cosine; default: 0.01' },
      { name: 'k', kind: 'number', words: 'nearest examples of the batch; default: 16' },
      { name: 'temperature', kind: 'number', words: 'of the similarities; default: 0.07' },
      batch,
    ],
    example: `self-seasoning A.safetensors B.safetensors --epochs 2 ${where}`,
  }),
  fisher: informed(
    informedMethods.fisher,
    fisherSchema.extend({ labels: z.enum(['expected', 'sampled']).default('expected') }),
    [
      {
        name: 'labels',
        kind: 'text',
        words: "'expected': every class by its probability; 'sampled': one an example, by --seed; default: expected",
      },
    ],
  ),
  regmean: informed(informedMethods.regmean, regmeanSchema.extend({ batch: count.default(32) }), [
    { name: 'batch', kind: 'number', words: 'examples in one run of the network; default: 32' },
  ]),
};

/** A method that mixes by measurements, with what its measuring is told. */
function informed<Parameters extends JsonObject>(
  { title, source, formula, example, options }: MethodEntry,
  parameters: z.ZodType<Parameters>,
  further: readonly MethodOption[],
): DataMethod<Parameters> {
  return described({ title, source, formula, example, parameters, options: [...options, ...further] });
}

export type DataMethodName = keyof typeof dataMethods;
export type DataParameters<Name extends DataMethodName> = ReturnType<(typeof dataMethods)[Name]['complete']>;

export function isDataMethod(name: string): name is DataMethodName {
  return Object.hasOwn(dataMethods, name);
}
