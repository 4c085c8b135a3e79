import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import { meanOf } from './mmcr.js';

/** Over which views the centre of an image is the mean: the paper's Algorithm 2 says the global ones, MINIMAL.md all. */
export const CENTRES = ['global', 'all'] as const;
export type Centre = (typeof CENTRES)[number];

/**
 * LeJEPA's prediction term: the mean of (centre − z_v)² over all views, images and dimensions. Gradient flows through the
 * centre too: there is no teacher and no stop-gradient.
 *
 * @param global embeddings [N, K], one value a global view, at least one
 * @param local the same of the local views; may be empty
 * @returns a scalar
 */
export function viewPrediction(
  b: GraphBuilder,
  global: readonly Value[],
  local: readonly Value[],
  centre: Centre,
): Value {
  const views = [...global, ...local];
  const middle = meanOf(b, centre === 'global' ? global : views);
  const errors = views.map((view) => {
    const difference = b.sub(middle, view);
    return b.reduceMean(b.mul(difference, difference), { keepdims: false });
  });
  return meanOf(b, errors);
}
