import { z } from 'zod';
import type { ArtifactStore, StepOutput } from '../artifacts/store.js';
import type { Labels } from '../data/split.js';
import { answer } from '../evaluation/answer.js';
import { accuracy } from '../evaluation/evaluation.js';
import { readEvaluation, top1Of } from '../evaluation/evaluation-document.js';
import { benchmarkExamples } from '../evaluation/examples.js';
import { canonicalJson } from '../json.js';
import { describeModel } from '../models/metadata.js';
import { textModelOf } from '../models/text/load-text-model.js';
import { visionModel } from '../models/vision-model.js';
import { soupParameters } from '../recipe/parameters.js';
import { type Candidate, cookSoup, learnedMix, type Selection, soupCoefficient, soupTrial } from '../soups/index.js';
import { classifier } from '../training/inference.js';
import { defineStep, inputOf, inputsOf, type StepContext } from './definition.js';
import { openSoupLesson, selectionProtocol } from './soup-lesson.js';
import { benchmarkTexts } from './text/answer-text.js';
import { readsText } from './text/text-data.js';

const BATCH = 100;

export const soupSummary = z.strictObject({
  method: z.string(),
  /** Everything the method was told, its name left out. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  coefficients: z.array(soupCoefficient).min(1),
  /** Every candidate that was tried, in order; empty for a method that does not choose. */
  trace: z.array(soupTrial),
  /** The accept rule, as recorded; null for a method that does not choose. */
  rule: z.enum(['>=', '>']).nullable(),
  /** Examples behind every score of the trace; null when there is none. */
  n: z.int().min(1).nullable(),
  /** How coefficients were learned; absent where they were not. */
  learned: learnedMix.exactOptional(),
});
export type SoupSummary = z.infer<typeof soupSummary>;

/**
 * Makes one model of several. Outputs: `checkpoint` and `trace` (JSON); of an ensemble `members` (JSON). Nothing is stored
 * before the ingredients were found to fit.
 */
export const soup = defineStep({
  kind: 'soup',
  parameters: soupParameters,
  summary: soupSummary,
  async execute(parameters, context) {
    const { store, signal, reporter } = context;
    const inputs = inputsOf(context, 'ingredients');
    const ingredients = inputs.map(({ hash, path }, index) => ({
      // A step knows no names, only the plan's order and content.
      name: `Ingredient ${index} (artifact ${hash.slice(0, 12)})`,
      path,
      hash,
    }));
    const selection = 'accept' in parameters ? await openSelection(context) : null;
    await using lesson = parameters.method === 'learned' ? await openSoupLesson(context, parameters) : null;
    const unit = selection !== null ? 'candidates' : lesson !== null ? 'steps' : 'bytes';
    const { coefficients, trace, rule, learned, checkpoint } = await cookSoup(parameters.method, parameters, {
      ingredients,
      selection,
      ...(lesson === null ? {} : { lesson }),
      signal,
      onProgress: (done, total) => reporter.progress({ done, total, unit }),
    });
    const { method } = parameters;
    const told = Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== 'method'));
    const n = selection?.n ?? lesson?.n ?? null;
    const record = {
      method,
      parameters: told,
      coefficients: [...coefficients],
      trace: [...trace],
      rule: acceptRule(rule),
      n,
      ...(learned === undefined ? {} : { learned: learnedMix.parse(learned) }),
    };
    const outputs: Record<string, StepOutput> =
      checkpoint === null
        ? { members: await putJson(store, { method, members: inputs.map(({ hash }) => hash) }) }
        : {
            trace: await putJson(store, { ...record, ingredients: inputs.map(({ hash }) => hash) }),
            checkpoint: await store.put(checkpoint, 'application/x-safetensors'),
          };
    return { outputs, summary: record };
  },
});

function acceptRule(rule: string | null): '>=' | '>' | null {
  return rule === '>=' || rule === '>' ? rule : null;
}

function putJson(store: ArtifactStore, value: Parameters<typeof canonicalJson>[0]): Promise<StepOutput> {
  return store.put(Buffer.from(canonicalJson(value)), 'application/json');
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
  if (await readsText(context)) {
    const texts = await benchmarkTexts(protocol, context);
    const score = async ({ tensors, metadata }: Candidate) =>
      top1(await texts.answer(textModelOf(tensors, metadata, 'the candidate soup'), tensors), texts.labels);
    return { n: protocol.n, scores, score };
  }
  const { images, labels } = await benchmarkExamples(
    protocol,
    inputOf(context, 'dataset').path,
    protocol.corruptions === null ? null : inputOf(context, 'images').path,
    context.resolveSource,
  );
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
