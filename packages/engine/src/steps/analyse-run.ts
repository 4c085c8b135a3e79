import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CookedRun } from '../analysis/subject/cooked-run.js';
import type { RunRecord, RunStep } from '../process/run-record.js';
import type { AnalyseParameters } from '../recipe/analyse-parameters.js';
import { type InputArtifact, inputOf, inputsOf, type StepContext } from './definition.js';

/** Role of an input of the step → where its artifact stands in what the step was given. */
type Given = (role: string) => string;

const jsonRecord = z.record(z.string(), z.json());

/**
 * The inputs of an `analyse` step as a run that cooked just these: so that a step looks at them as the command line looks at a
 * cooked folder, by the same code, and comes to the same document.
 */
export async function analysedRun(parameters: AnalyseParameters, context: StepContext): Promise<CookedRun> {
  const { models, soup, stock, benchmark, learningRates } = parameters;
  const next = taker(context);
  const steps: RunStep[] = [];
  const idOf = (name: string) => `models/${name}`;
  const asked = `benchmarks/${benchmark?.name ?? ''}`;
  const evaluation = (model: string, role: string) => {
    const makes = { type: 'evaluation', model: idOf(model), benchmark: asked } as const;
    steps.push(step(`evaluations/${model}`, 'evaluate', makes, { logits: next(role) }));
  };
  if (benchmark !== null) {
    const { name, split } = benchmark;
    const { hash: protocol } = inputOf(context, 'benchmark');
    const images = context.inputs.images === undefined ? {} : { images: inputOf(context, 'images').hash };
    const { hash: manifest } = inputOf(context, 'dataset');
    steps.push(step('dataset', 'dataset', { type: 'dataset', name: 'dataset' }, { manifest }), {
      ...step(asked, 'benchmark', { type: 'benchmark', name, split }, { protocol, ...images }),
      inputs: { dataset: [{ step: 'dataset', output: 'manifest' }] },
    });
  }
  for (const [place, { name, kind, weights, answers }] of models.entries()) {
    const lr = learningRates?.[place];
    steps.push({
      ...step(
        idOf(name),
        'finetune',
        // A stock is given only where all of them come from it.
        { type: 'model', model: kind, name, parents: stock === null ? [] : [idOf(stock.name)] },
        weights ? { checkpoint: next('models') } : {},
      ),
      summary: lr === undefined ? {} : { hyperparameters: { lr } },
    });
    if (answers) evaluation(name, 'logits');
  }
  if (stock !== null) {
    const { name, weights, answers } = stock;
    const outputs = weights ? { checkpoint: inputOf(context, 'stock').hash } : {};
    steps.push(step(idOf(name), 'pretrain', { type: 'model', model: 'stock', name, parents: [] }, outputs));
    if (answers) evaluation(name, 'stock-logits');
  }
  if (soup !== null) {
    const summary = jsonRecord.parse(JSON.parse(await readFile(inputOf(context, 'search').path, 'utf8')));
    steps.push({
      ...step(idOf(soup.name), 'soup', { type: 'model', model: 'soup', name: soup.name, parents: [] }, {}),
      inputs: {
        ingredients: models.map(({ name }) => ({ step: idOf(name), output: 'checkpoint' })),
        benchmark: [{ step: asked, output: 'protocol' }],
      },
      summary,
    });
    if (soup.answers) evaluation(soup.name, 'soup-logits');
  }
  const record: RunRecord = {
    ...{ format: 'stockpot-run', version: 1, name: 'of the step', plan: '', base: '' },
    ...{ report: benchmark === null ? [] : [benchmark.name], selection: [], steps },
  };
  return new CookedRun(record, context.store, context.resolveSource);
}

/** The artifacts of each role, one after the other. */
function taker(context: StepContext): Given {
  const taken = new Map<string, number>();
  return (role) => {
    const place = taken.get(role) ?? 0;
    taken.set(role, place + 1);
    const artifacts: readonly InputArtifact[] = inputsOf(context, role);
    const found = artifacts[place];
    if (found === undefined) throw new RangeError(`The step has ${artifacts.length} inputs '${role}', and needs more.`);
    return found.hash;
  };
}

function step(id: string, kind: RunStep['kind'], makes: RunStep['makes'], outputs: RunStep['outputs']): RunStep {
  return { id, kind, title: id, key: '', parameters: {}, inputs: {}, makes, outputs, summary: {} };
}
