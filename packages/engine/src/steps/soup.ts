import { z } from 'zod';
import type { ArtifactStore, StepOutput } from '../artifacts/store.js';
import type { Labels } from '../data/split.js';
import { answer } from '../evaluation/answer.js';
import { accuracy } from '../evaluation/evaluation.js';
import { readEvaluation, top1Of } from '../evaluation/evaluation-document.js';
import { rowsOf } from '../evaluation/protocol.js';
import { canonicalJson, type JsonObject } from '../json.js';
import { describeModel } from '../models/metadata.js';
import { textModelOf } from '../models/text/load-text-model.js';
import { visionModel } from '../models/vision-model.js';
import { type ExampleSoup, looksAtExamples } from '../recipe/example-soups.js';
import { isMixed, type MixedSoup, mixingParameters } from '../recipe/mixing-soups.js';
import { type SoupParameters, soupParameters } from '../recipe/parameters.js';
import {
  alikeBy,
  type CachedAnswers,
  type Candidate,
  type CertifiedChoice,
  findSoup,
  type Ingredient,
  isMixingMethod,
  type Mixture,
  recordOf,
  type Selection,
  type Soup,
  type SoupCertificate,
  type SoupSummary,
  soupSummary,
  untimed,
} from '../soups/index.js';
import { classifier } from '../training/inference.js';
import { defineStep, inputOf, inputsOf, type StepContext } from './definition.js';
import { ensembleAnswers, LOGITS_TENSOR } from './network-answers.js';
import { soupBase } from './soup-base.js';
import { openSoupLesson, selectionProtocol } from './soup-lesson.js';
import { lookAtExamples } from './soup-on-examples.js';
import { stepExamples } from './step-examples.js';
import { storeSoup } from './stored-soup.js';

const BATCH = 100;

/**
 * Makes one model of several. Outputs: `checkpoint`, its `certificate` and `trace` (JSON), and of a method that needs the stock
 * that stock with its head as `base`; of one that mixes by measurements `measured-1`, `measured-2`, …, one an ingredient; of an
 * ensemble `members` (JSON), and the `trace` of one that was chosen. No soup is stored before it is whole.
 */
export const soup = defineStep({
  kind: 'soup',
  parameters: soupParameters,
  summary: soupSummary,
  async execute(parameters, context) {
    const { store } = context;
    const inputs = inputsOf(context, 'ingredients');
    const ingredients = inputs.map(({ hash, path }, index) => ({
      // A step knows no names, only the plan's order and content.
      name: `Ingredient ${index} (artifact ${hash.slice(0, 12)})`,
      path,
      hash,
    }));
    const found = isMixed(parameters)
      ? { ...given(parameters, ingredients.length), n: null }
      : looksAtExamples(parameters)
        ? await lookAtExamples(parameters, ingredients, context)
        : await find(parameters, ingredients, context);
    const { mixture, trace, rule, learned, n } = found;
    const { method, ...told } = parameters;
    const record = { method, parameters: jsonRecord.parse(told), trace: [...trace], rule, n };
    const putTrace = (summary: SoupSummary) =>
      putJson(store, {
        ...jsonRecord.parse({ ...summary, trace: summary.trace.map(untimed) }),
        ingredients: inputs.map(({ hash }) => hash),
      });
    if (mixture === null) {
      const chosen = found.members ?? ingredients.map((_, index) => index);
      const coefficients = chosen.map((index) => ({ index, coefficient: 1 / chosen.length }));
      const hashes = chosen.flatMap((index) => inputs[index]?.hash ?? []);
      const places = found.members === undefined ? {} : { chosen: [...chosen] };
      const members = await putJson(store, { method, members: hashes, ...places });
      const summary: SoupSummary = { ...record, mixing: 'linear', coefficients, effective: null };
      const chosenBySearch = trace.length > 0;
      return { outputs: { members, ...(chosenBySearch ? { trace: await putTrace(summary) } : {}) }, summary };
    }
    const measured = 'measured' in found ? found.measured : [];
    const cooked = await cook(
      mixture,
      ingredients,
      { chosen: chosenBy(found, record, ingredients), measured },
      context,
    );
    const { certificate, outputs } = cooked;
    const summary = soupSummary.parse({
      ...record,
      ...recordOf(mixture, certificate),
      effective: certificate.effective?.map(({ content, coefficient }) => ({ content, coefficient })) ?? null,
      ...(learned === undefined ? {} : { learned }),
    });
    return { outputs: { ...outputs, trace: await putTrace(summary) }, summary };
  },
});

const jsonRecord = z.record(z.string(), z.json());

/** Mixed as the recipe says, all of them. */
function given(parameters: MixedSoup, ingredients: number): Soup {
  const { seed } = parameters;
  return {
    mixture: {
      method: parameters.method,
      parameters: mixingParameters(parameters),
      members: Array.from({ length: ingredients }, (_, index) => index),
      ...(typeof seed === 'number' ? { seed } : {}),
    },
    trace: [],
    rule: null,
  };
}

/** What a method finds that looks at a split, and by how many examples. */
async function find(
  parameters: Exclude<SoupParameters, MixedSoup | ExampleSoup>,
  ingredients: readonly Ingredient[],
  context: StepContext,
): Promise<Soup & { readonly n: number | null; readonly scores?: readonly number[] }> {
  const answers = parameters.method === 'greedy-ensemble' ? await openAnswers(context) : null;
  const selection = 'accept' in parameters && answers === null ? await openSelection(context) : null;
  await using lesson = parameters.method === 'learned' ? await openSoupLesson(context, parameters) : null;
  const unit = lesson === null ? 'candidates' : 'steps';
  const soup = await findSoup(parameters.method, parameters, {
    ingredients,
    selection,
    ...(lesson === null ? {} : { lesson }),
    ...(answers === null ? {} : { answers }),
    threads: context.threads,
    signal: context.signal,
    onProgress: (done, total) => context.reporter.progress({ done, total, unit }),
  });
  const scores = selection === null ? {} : { scores: selection.scores };
  return { ...soup, ...scores, n: selection?.n ?? answers?.n ?? lesson?.n ?? null };
}

/** By what the ingredients in the soup, or their coefficients, were chosen; nothing where they were given. */
function chosenBy(
  { trace, learned, scores }: Soup & { readonly scores?: readonly number[] },
  { method, parameters: { seed, ...parameters } }: { readonly method: string; readonly parameters: JsonObject },
  ingredients: readonly Ingredient[],
): CertifiedChoice | null {
  if (isMixingMethod(method)) return null;
  return {
    method,
    parameters,
    ...(typeof seed === 'number' ? { seed } : {}),
    pool: ingredients.map(({ hash = '' }) => hash),
    ...(scores === undefined ? {} : { scores: [...scores] }),
    ...(trace.length === 0 ? {} : { trace: trace.map(untimed) }),
    ...(learned === undefined ? {} : { learned }),
  };
}

/** The soup in the store, and what it can be cooked again from: the stock that it starts from, and what was measured. */
async function cook(
  mixture: Mixture,
  ingredients: readonly Ingredient[],
  { chosen, measured }: { readonly chosen: CertifiedChoice | null; readonly measured: readonly StepOutput[] },
  context: StepContext,
): Promise<{ readonly certificate: SoupCertificate; readonly outputs: Readonly<Record<string, StepOutput>> }> {
  const stock = context.inputs.base === undefined ? null : await soupBase(context);
  const order = {
    ...{ mixture, ingredients, base: stock?.base ?? null },
    measured: measured.map(({ hash }) => context.store.path(hash)),
  };
  const { certificate, outputs } = await storeSoup(order, chosen === null ? {} : { chosen }, context);
  return {
    certificate,
    outputs: {
      ...outputs,
      ...(stock === null ? {} : { base: stock.output }),
      ...Object.fromEntries(measured.map((file, index) => [`measured-${index + 1}`, file])),
    },
  };
}

function putJson(store: ArtifactStore, value: JsonObject): Promise<StepOutput> {
  return store.put(Buffer.from(canonicalJson(value)), 'application/json');
}

/** What the ingredients have answered on the selection benchmark, and what such answers score. */
async function openAnswers(context: StepContext): Promise<CachedAnswers & { readonly n: number }> {
  const protocol = await selectionProtocol(context);
  const { labels } = await stepExamples(protocol, context);
  const answers = await ensembleAnswers(context, { [LOGITS_TENSOR]: rowsOf(protocol) });
  const score = (logits: Float32Array) => accuracy(protocol, logits, labels);
  const alike = alikeBy(inputsOf(context, 'ingredients').map(({ hash }) => hash));
  return { logits: answers.each(LOGITS_TENSOR), score, alike, n: protocol.n };
}

/** The scores of the ingredients and the means to score a candidate, all by one selection benchmark. */
async function openSelection(context: StepContext): Promise<Selection & { readonly n: number }> {
  const { hash: protocolHash } = inputOf(context, 'benchmark');
  const protocol = await selectionProtocol(context);
  const scores: number[] = [];
  for (const { path: evaluation } of inputsOf(context, 'evaluations')) {
    scores.push(top1Of(await readEvaluation(evaluation, protocolHash)));
  }
  const top1 = (logits: Float32Array, labels: Labels) => accuracy(protocol, logits, labels);
  const examples = await stepExamples(protocol, context);
  if ('answer' in examples) {
    const score = async ({ tensors, metadata }: Candidate) =>
      top1(await examples.answer(textModelOf(tensors, metadata, 'the candidate soup'), tensors), examples.labels);
    return { n: protocol.n, scores, score };
  }
  const { images, labels } = examples;
  return {
    n: protocol.n,
    scores,
    async score({ tensors, metadata }: Candidate) {
      const { architecture, preprocessing } = describeModel(metadata, 'the candidate soup');
      const { threads, device } = context;
      const network = await classifier(tensors, architecture, { batch: BATCH, threads, device });
      try {
        await using shown = images({ image: visionModel(architecture).imageShape, normalise: preprocessing });
        const logits = await answer(network, shown, { signal: context.signal });
        return top1(logits, labels);
      } finally {
        await network.dispose();
      }
    },
  };
}
