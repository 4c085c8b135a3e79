import { desc, leaderboardQueries, lineageQueries, models } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadModels, loadModelsById } from './load.js';
import { type Lineage, labLineageInput } from './types.js';

const NODE_LIMIT = 2000;

/** The lineage of a lab (its 2,000 newest models) or of the models that one of its runs made or reused. */
export const labLineage = defineVerb({
  name: 'models.labLineage',
  effect: 'read',
  policy: reader(inLab()),
  input: labLineageInput,
  async run(tx, ctx: LabGrant, input): Promise<Lineage> {
    const nodes = input.run
      ? await loadModelsById(tx, ctx.lab.id, await leaderboardQueries.modelsOfRun(tx, ctx.lab.id, input.run))
      : await loadModels(tx, ctx.lab.id, { orderBy: [desc(models.createdAt), desc(models.id)], limit: NODE_LIMIT });
    const edges = await lineageQueries.edgesBetween(
      tx,
      ctx.lab.id,
      nodes.map((node) => node.id),
    );
    return { nodes, edges };
  },
});
