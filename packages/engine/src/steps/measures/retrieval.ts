import { Retrieval } from '../../evaluation/representations/retrieval.js';
import { openSimilarities } from '../../evaluation/representations/similarity.js';
import { bankFeatures, featurePasses, scoredFeatures } from './feature-input.js';
import { inTurns } from './in-turns.js';
import type { Measure } from './measure.js';

export const retrieval: Measure<'retrieval'> = {
  formula:
    "Each scored example ranks the reference by the cosine of their features (of the network without its head), of equal cosines the earlier entry first; without a reference it ranks the other scored examples. An entry is relevant when it has the query's label. mAP is the mean over queries of the mean precision at the places of all relevant entries of the whole ranking; R@k the share of queries with a relevant entry among the first k (Musgrave et al. 2020). Queries with nothing relevant are left out of both, and counted.",
  metrics: () => ['meanAveragePrecision', 'recallAt', 'queriesLeftOut'],
  async measure({ protocol, parameters: { ks }, context }) {
    const queries = await scoredFeatures(protocol, context);
    const bank = await bankFeatures(protocol, context);
    const found = bank ?? queries;
    const ranked = new Retrieval(found.labels, { ks, selfExcluded: bank === null });
    await using similarities = await openSimilarities(found, queries, context);
    await inTurns(protocol.n, similarities.chunk, context, 'examples', async (from, to) => {
      for (const [row, similarity] of (await similarities.of(from, to)).entries()) {
        ranked.query(similarity, queries.labels[from + row] ?? -1, from + row);
      }
    });
    const { map, recall, withoutRelevant } = ranked.result();
    return {
      further: {
        meanAveragePrecision: map,
        ...Object.fromEntries([...recall].map(([k, share]) => [`recallAt:${k}`, share])),
        queriesLeftOut: withoutRelevant,
      },
      passes: featurePasses(protocol),
    };
  },
};
