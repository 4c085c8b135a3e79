import { availableParallelism, cpus } from 'node:os';
import { type CostSummary, costSummary } from '../../evaluation/cost/cost-document.js';
import { canonicalJson } from '../../json.js';
import { costParameters } from '../../recipe/cost.js';
import { defineStep, inputsOf } from '../definition.js';
import { measureApart } from './measure-apart.js';
import { type NetworkFiles, networkName } from './network-to-measure.js';

/**
 * Measures what answers cost: each network once, for models that differ in their weights alone are the same work. Whoever runs the
 * step lets nothing else compute meanwhile; whether anything did is measured too. Output `networks` (JSON) is what is not a matter of
 * the machine; times are in the summary alone, for equal keys mean equal bytes.
 */
export const cost = defineStep({
  kind: 'cost',
  parameters: costParameters,
  summary: costSummary,
  async execute({ predictors, batches, runs }, context) {
    const started = performance.now();
    const { signal, reporter, threads, device, store } = context;
    const [head] = context.inputs.head ?? [];
    const networks = new Map<string, { readonly files: NetworkFiles; readonly models: number[] }>();
    for (const [index, { path }] of inputsOf(context, 'models').entries()) {
      const predictor = predictors[index] ?? 'checkpoint';
      const files = { model: path, head: predictor === 'probe' ? (head?.path ?? null) : null, predictor };
      const name = await networkName(files);
      const known = networks.get(name) ?? { files, models: [] };
      known.models.push(index);
      networks.set(name, known);
    }
    const measured: CostSummary['networks'] = [];
    for (const { files, models } of networks.values()) {
      reporter.progress({ done: measured.length, total: networks.size, unit: 'networks', device });
      measured.push({
        ...(await measureApart({ files, options: { batches, runs, threads, device } }, signal)),
        models,
      });
    }
    reporter.progress({ done: measured.length, total: networks.size, unit: 'networks', device });
    const machine = {
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      processors: availableParallelism(),
      ...{ device, threads },
    };
    const counted = measured.map(({ models, example, parameters, multiplyAdds }) => ({
      ...{ models, example, parameters, multiplyAdds },
    }));
    const document = { format: 'stockpot-networks', version: 1, networks: counted };
    return {
      outputs: { networks: await store.put(Buffer.from(canonicalJson(document)), 'application/json') },
      summary: { machine, networks: measured, seconds: (performance.now() - started) / 1000 },
    };
  },
});
