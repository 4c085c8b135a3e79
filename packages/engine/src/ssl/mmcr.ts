import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { ParameterValues } from '../models/parameter-values.js';
import { visionModel } from '../models/vision-model.js';
import { type SslOptions, sslOptions } from '../recipe/ssl-options.js';
import { applyHead, type Head, headParameters, selfSoupHead } from './heads.js';
import { meanOf, mmcr as mmcrLoss } from './losses/mmcr.js';
import { normaliseRows } from './losses/normalise-rows.js';
import { defineSslMethod, type Pass } from './ssl-method.js';
import { featuresOfViews, numberedViews, pipelines, splitViews } from './views.js';

type Options = SslOptions<'mmcr'>;

/**
 * Maximum manifold capacity representations (Yerxa et al. 2023; ThomasYerxa/mmcr). `official`: a projector with batch
 * normalisation, gradient through every view, the global term not divided by the batch; with `teacher_momentum` the centroids are
 * half the teacher's. `self-soup`: as the Self-Soupervision code does it: a small head without batch normalisation, the
 * second view without gradient, both terms divided by the batch, positions fixed.
 */
export const mmcr = defineSslMethod({
  options: sslOptions.mmcr,
  bind(architecture, options) {
    const model = visionModel(architecture);
    const { variant, teacher_momentum: momentum } = options;
    const selfSoup = variant === 'self-soup';
    const count = selfSoup ? 2 : (options.views_per_image ?? 2);
    const head = selfSoup ? selfSoupHead(model.featureWidth) : projector(model.featureWidth, options);
    const scaling = { local: options.local ?? (selfSoup ? 1 : 0), divideGlobal: selfSoup };
    const way = options.views ?? (selfSoup ? 'three-augment' : 'mmcr');
    const embed = (b: GraphBuilder, parameters: ParameterValues, views: readonly Value[], pass: Pass) => {
      const rows = applyHead(b, parameters, head, featuresOfViews(b, model, parameters, views, pass));
      return splitViews(b, normaliseRows(b, rows), views.length);
    };
    return {
      parameters: headParameters(head),
      frozen: new Set(selfSoup ? ['pos_embed'] : []),
      views: numberedViews({ pipelines: pipelines(way, 'global', count), size: architecture.image }),
      inputs: [],
      draw: () => ({}),
      ...(momentum === undefined || selfSoup ? {} : { teacher: { momentum: () => momentum } }),
      build: (b, parameters, views, _, { teacher, student, still }) => {
        if (selfSoup) {
          // The second view has no gradient, so it goes through the whole network.
          const [first, second] = views
            .map((view, index) => embed(b, parameters, [view], index === 0 ? student(0, 1) : still))
            .map(([rows]) => rows);
          if (first === undefined || second === undefined) throw new Error('MMCR was given fewer than two views.');
          return mmcrLoss(b, [first, b.stopGradient(second)], scaling);
        }
        const online = embed(b, parameters, views, student(0, views.length));
        if (momentum === undefined) return mmcrLoss(b, online, scaling);
        const slow = embed(b, teacher, views, still).map((rows) => b.stopGradient(rows));
        return mmcrLoss(b, online, scaling, meanOf(b, [meanOf(b, online), meanOf(b, slow)]));
      },
    };
  },
});

/** The paper's projector for ImageNet: two hidden layers with batch normalisation and ReLU, a plain last one. */
function projector(featureWidth: number, { hidden = 8192, width = 512 }: Options): Head {
  return {
    name: 'projector',
    widths: [featureWidth, hidden, hidden, width],
    activation: 'relu',
    bias: true,
    hiddenNorm: true,
    lastNorm: false,
  };
}
