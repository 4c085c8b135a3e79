import { costQueries, type Tx } from '@stockpot/db';
import { modelCost, summedCost } from '@stockpot/engine/metrics';
import type { EvaluationCost } from './types.js';

/** What answers of each model cost: what its networks were measured to take, and what they weigh. One statement. */
export async function loadCosts(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
): Promise<ReadonlyMap<string, EvaluationCost>> {
  const networks = new Map<string, Network[]>();
  for (const { modelId, ...network } of await costQueries.answeringNetworks(tx, labId, modelIds)) {
    networks.set(modelId, [...(networks.get(modelId) ?? []), network]);
  }
  return new Map([...networks].map(([modelId, own]) => [modelId, costOf(own)]));
}

/** The cost of a model among those that were loaded. Every model has a checkpoint, so there is one. */
export function costAmong(costs: ReadonlyMap<string, EvaluationCost>, modelId: string): EvaluationCost {
  const cost = costs.get(modelId);
  if (cost === undefined) throw new Error(`The model ${modelId} is gone, although it has evaluations.`);
  return cost;
}

interface Network {
  readonly bytes: number;
  readonly cost: unknown;
}

function costOf(networks: readonly Network[]): EvaluationCost {
  // What another version measured is measured again before it is shown.
  const measured = summedCost(networks.map(({ cost }) => modelCost.safeParse(cost).data ?? null));
  const [smallest] = measured?.times ?? [];
  return {
    passes: networks.length,
    latencyMs: smallest === undefined ? null : smallest.medianMs / smallest.batch,
    weightBytes: networks.reduce((sum, { bytes }) => sum + bytes, 0),
    measured,
  };
}
