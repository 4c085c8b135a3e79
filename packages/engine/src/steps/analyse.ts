import { join } from 'node:path';
import { z } from 'zod';
import { answer, runPlace } from '../analysis/asking/index.js';
import { ScoreCache } from '../analysis/subject/score-cache.js';
import { canonicalJson } from '../json.js';
import { analyseParameters } from '../recipe/analyse-parameters.js';
import { ANALYSES, analysisKinds } from '../recipe/analysis-kinds/index.js';
import { splitRole } from '../recipe/parameters.js';
import { analysedRun } from './analyse-run.js';
import { defineStep } from './definition.js';

/** Prepared images that stay in memory between mixtures: a worker runs several steps. More are prepared anew for each. */
const KEPT_BYTES = 256 * 2 ** 20;

export const analyseSummary = z.strictObject({
  analysis: z.enum(ANALYSES),
  /** In the order of the document. */
  models: z.array(z.string()).min(1),
  /** The examples that were asked; null of one that asks none. What was found on a selection split says nothing of new data. */
  examined: z.strictObject({ source: z.string(), role: splitRole.nullable(), n: z.int().min(1) }).nullable(),
  /** Mixtures that went through a network, and those whose scores were inputs. */
  evaluations: z.strictObject({ measured: z.int().min(0), known: z.int().min(0) }).nullable(),
  seconds: z.number().min(0),
});

/**
 * Answers one question about models of a recipe. Output `document`: the JSON document of the analysis (docs/analysis.md), in
 * canonical bytes. It chooses nothing, so that no split is spent. Scores of mixtures are kept in the scratch folder until the
 * document is there: an attempt that was cut short goes on from them, and comes to the same bytes.
 */
export const analyse = defineStep({
  kind: 'analyse',
  parameters: analyseParameters,
  summary: analyseSummary,
  async execute(parameters, context) {
    const { analysis, models, soup, benchmark, options } = parameters;
    const { threads, device, signal, scratch, reporter, store } = context;
    const started = performance.now();
    const total = analysisKinds[analysis].mostMixtures(options, models.length);
    const run = await analysedRun(parameters, context);
    const place = runPlace(
      run,
      {
        names: soup === null ? models.map(({ name }) => name) : [soup.name],
        ...(benchmark === null ? {} : { benchmark: benchmark.name }),
      },
      {
        ...{ threads, device, signal, resumes: true, keptBytes: KEPT_BYTES },
        cache: new ScoreCache(join(scratch, 'scores')),
        onEvaluated: (done) => reporter.progress({ done, total: Math.max(done, total), unit: 'mixtures', device }),
        onDoing: (_, done, all) =>
          reporter.progress({ done, total: all, unit: analysis === 'weights' ? 'tensors' : 'models' }),
      },
    );
    const document = await answer(analysis, place, options);
    const on = 'examined' in document ? document.examined : null;
    return {
      outputs: { document: await store.put(Buffer.from(canonicalJson(document)), 'application/json') },
      summary: {
        analysis,
        models: [...document.models],
        examined: on === null ? null : { source: on.source, role: on.role, n: on.n },
        evaluations: 'evaluations' in document ? document.evaluations : null,
        seconds: (performance.now() - started) / 1000,
      },
    };
  },
});
