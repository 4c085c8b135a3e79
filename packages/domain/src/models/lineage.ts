import { lineageQueries } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadModelsById } from './load.js';
import { type Lineage, lineageInput } from './types.js';

/** Edges each way at most: what a drawn graph can still show. */
const EDGE_LIMIT = 2000;

/** The ancestors and the descendants of a model, as nodes and edges; the model itself is the first node. */
export const lineage = defineVerb({
  name: 'models.lineage',
  effect: 'read',
  policy: reader(labOf('model', 'models', (input: { id: string }) => input.id)),
  input: lineageInput,
  async run(tx, ctx: LabGrant, input): Promise<Lineage> {
    const edges = await lineageQueries.edgesAround(tx, ctx.lab.id, input.id, input.depth, EDGE_LIMIT);
    const ids = new Set([input.id, ...edges.flatMap((edge) => [edge.parentId, edge.childId])]);
    return { nodes: await loadModelsById(tx, ctx.lab.id, [...ids]), edges };
  },
});
