/** @file How every analysis is made of what a place has: the command line and the steps of recipes ask here. */
import { type AnalysisName, analysisKinds, type OptionsOf } from '../../recipe/analysis-kinds/index.js';
import { analyseBarrier } from '../documents/barrier.js';
import { analyseBarriers } from '../documents/barriers.js';
import { analyseCompare } from '../documents/compare.js';
import { analyseContribution, type Baseline } from '../documents/contribution.js';
import { analyseDiversity } from '../documents/diversity.js';
import type { AnalysisDocument } from '../documents/index.js';
import { analyseMarginal } from '../documents/marginal.js';
import type { MetricOfWorth } from '../documents/parts.js';
import { analyseSoupVersusEnsemble } from '../documents/soup-versus-ensemble.js';
import { analyseTernary } from '../documents/ternary.js';
import { analyseWeights } from '../documents/weights.js';
import { analyseWhatIf, type WhatIfQuestion, whatIfQuestion } from '../documents/what-if.js';
import { analyseWhy } from '../documents/why.js';
import { AnalysisError } from '../errors.js';
import { only } from '../mixtures/shares.js';
import type { Subject } from '../subject/pool-subject.js';
import { weightSpace } from '../weight-space/weight-space.js';
import type { AnalysisPlace, ChosenSoup } from './place.js';

type Answer<Name extends AnalysisName> = (
  place: AnalysisPlace,
  options: OptionsOf<Name>,
) => Promise<Extract<AnalysisDocument, { readonly analysis: Name }>>;

/** Given options as `optionsOf` of their kind gives them. */
const answers: { readonly [Name in AnalysisName]: Answer<Name> } = {
  async barrier(place, { points }) {
    await using pool = await openPool(place, 'barrier');
    return await analyseBarrier(pool, { points });
  },
  async barriers(place, { points, tolerance }) {
    await using pool = await openPool(place, 'barriers');
    return await analyseBarriers(pool, { points, tolerance: tolerance / 100 });
  },
  async ternary(place, options) {
    await using pool = await openPool(place, 'ternary');
    return await analyseTernary(pool, options);
  },
  async contribution(place, options) {
    await using pool = await openPool(place, 'contribution', options);
    const { baseline, ...others } = options;
    return await analyseContribution(pool, { ...others, ...(await baselineOf(place, options)) });
  },
  async marginal(place, options) {
    await using pool = await openPool(place, 'marginal', options);
    const { costs, unit, baseline, ...others } = options;
    const cost = costs === undefined ? place.costs() : { unit, each: costs };
    return await analyseMarginal(pool, {
      ...others,
      ...(await baselineOf(place, options)),
      ...(cost === undefined ? {} : { cost }),
    });
  },
  async diversity(place, { features: most }) {
    await using pool = await openPool(place, 'diversity');
    const count = pool.models.length;
    const answered = [];
    for (const index of pool.models.keys()) answered.push(await pool.answers(only(index, count)));
    const features = [];
    for (const [index, name] of pool.models.entries()) {
      if (most === false) break;
      place.onDoing?.(`taking features of ${name}`, index, count);
      features.push(await pool.features(index, most));
    }
    const stock = place.stock();
    const space = stock === null ? null : await weightSpace(pool.ingredients, { stock, signal: place.signal });
    return analyseDiversity({
      models: pool.models,
      examined: pool.examined,
      answers: answered,
      ...(features.length === 0 ? {} : { features }),
      ...(space === null ? {} : { geometry: space.all }),
    });
  },
  async weights(place, { tensors }) {
    const models = place.checkpoints();
    const stock = place.stock();
    const space = await weightSpace(models, {
      ...(stock === null ? {} : { stock }),
      signal: place.signal,
      onProgress: (done, total) => place.onDoing?.('reading tensors', done, total),
    });
    const names = models.map(({ name }) => name);
    return analyseWeights(names, space, { stock: stock?.name ?? null, tensors });
  },
  async 'soup-versus-ensemble'(place, options) {
    await using pool = await openPool(place, 'soup-versus-ensemble', options);
    const [first = '', second = ''] = pool.models;
    return await analyseSoupVersusEnsemble(
      [first, second],
      pool.examined,
      (share) => pool.answers([1 - share, share]),
      options,
    );
  },
  async compare(place, options) {
    const { models, examined } = await place.compared();
    return analyseCompare(models, examined, options);
  },
  async why(place, { barriers }) {
    const soup = await place.search();
    const { name, examined, trace, rule, models: names, learningRates } = soup;
    return analyseWhy(name, examined, {
      ...{ trace, rule, names },
      ...(await soup.alone()),
      ...(learningRates === null ? {} : { learningRates }),
      ...(barriers ? { barriers: await soup.barriers() } : {}),
    });
  },
  async 'what-if'(place, options) {
    const { metric, evaluate } = options;
    const soup = await place.search();
    await using known = await soup.openScores(metric, evaluate);
    const { models, examined, members, name } = soup;
    const { scores, alike, find } = known;
    const recorded = members === null ? {} : { recorded: { name, members } };
    const inputs = { models, examined, metric, scores, alike, find, evaluations: known.evaluations, ...recorded };
    return await analyseWhatIf(inputs, questionOf(options, soup));
  },
};

/** Makes an analysis by its name, of options as they were told: what was left out has its default. */
export function answer<Name extends AnalysisName>(
  name: Name,
  place: AnalysisPlace,
  options: object,
): Promise<AnalysisDocument> {
  const kinds: { readonly [Kind in AnalysisName]: { optionsOf(row: object): OptionsOf<Kind> } } = analysisKinds;
  return answers[name](place, kinds[name].optionsOf(options));
}

async function openPool(place: AnalysisPlace, name: AnalysisName, options: object = {}): Promise<Subject> {
  const { models, contradictions } = analysisKinds[name];
  const pool = await place.openPool(models);
  const [wrong] = contradictions(options, pool.models.length);
  if (wrong === undefined) return pool;
  await pool[Symbol.asyncDispose]();
  throw new AnalysisError(sentence(wrong.message), wrong.advice);
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

async function baselineOf(
  place: AnalysisPlace,
  { metric, baseline }: { readonly metric: MetricOfWorth; readonly baseline?: number },
): Promise<{ readonly baseline?: Baseline }> {
  if (baseline !== undefined) return { baseline: { name: 'as given', worth: baseline } };
  const found = await place.baseline(metric);
  return found === undefined ? {} : { baseline: found };
}

/** The search as it was, but for what was said. Of another method only the rule is kept. */
function questionOf(options: OptionsOf<'what-if'>, { method, parameters, rule }: ChosenSoup): WhatIfQuestion {
  // A greedy search in a random order is a method of its own on the command line.
  const [before, order] = method === 'random-order' ? ['greedy', { order: 'random' }] : [method, {}];
  const same = options.method === undefined || options.method === before;
  const { metric: _, evaluate: __, ...said } = options;
  return whatIfQuestion.strip().parse({
    method: before,
    ...(same ? { ...toldBefore(parameters), ...order } : {}),
    accept: rule,
    ...said,
  });
}

/** What a search was told, without the null that stands for what it was not. */
function toldBefore(parameters: object): object {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null));
}
