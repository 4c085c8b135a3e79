import { sslOptions } from '../recipe/ssl-options.js';
import { applyHead, type Head, headParameters } from './heads.js';
import { meanOf } from './losses/mmcr.js';
import { drawSlices, sigreg } from './losses/sigreg.js';
import { viewPrediction } from './losses/view-prediction.js';
import { defineSslMethod } from './ssl-method.js';
import { featuresOfViews, localSize, modelForSize, numberedViews, pipelines, splitViews } from './views.js';

/** Side of the paper's local views, as a share of its global ones. */
const LOCAL_SHARE = 98 / 224;

/**
 * LeJEPA (Balestriero and LeCun 2025, arXiv 2511.08544; rbalestr-lab/lejepa): (1 − λ)·prediction + λ·SIGReg, the latter a mean
 * over the views. No teacher, no predictor, no stop-gradient. The slices are drawn anew at every step. Local views are
 * smaller; positions are resampled inside the graph, as timm's `dynamic_img_size` does it.
 */
export const lejepa = defineSslMethod({
  options: sslOptions.lejepa,
  bind(architecture, options) {
    const { lambda = 0.05, slices = 1024, quadrature = 'half', centre = 'global', hidden = 2048, width = 64 } = options;
    const { global_views: globalCount = 2, local_views: localCount = 8, views: way = 'lejepa' } = options;
    const local = localSize(architecture, LOCAL_SHARE, options.local_image);
    const model = modelForSize(architecture, architecture.image);
    const small = modelForSize(architecture, local);
    const projector: Head = {
      name: 'projector',
      widths: [model.featureWidth, hidden, hidden, width],
      activation: 'relu',
      bias: true,
      hiddenNorm: true,
      lastNorm: false,
    };
    return {
      parameters: headParameters(projector),
      frozen: new Set(),
      views: numberedViews(
        { pipelines: pipelines(way, 'global', globalCount), size: architecture.image },
        { pipelines: pipelines(way, 'local', localCount), size: local },
      ),
      inputs: [{ name: 'slices', dtype: 'f32', shape: [width, slices] }],
      draw: (_, { random }) => ({ slices: drawSlices(random, width, slices) }),
      build: (b, parameters, views, input, { student }) => {
        const [global, others] = [views.slice(0, globalCount), views.slice(globalCount)];
        const features = [featuresOfViews(b, model, parameters, global, student(0, globalCount))];
        if (others.length > 0) {
          features.push(featuresOfViews(b, small, parameters, others, student(globalCount, others.length)));
        }
        // One batch normalisation over all views, as the network of MINIMAL.md sees them.
        const rows = applyHead(
          b,
          parameters,
          projector,
          features.length === 1 ? first(features) : b.concat(features, { axis: 0 }),
        );
        const z = splitViews(b, rows, views.length);
        const prediction = viewPrediction(b, z.slice(0, globalCount), z.slice(globalCount), centre);
        const spread = meanOf(
          b,
          z.map((view) => sigreg(b, view, input('slices'), quadrature)),
        );
        return b.add(b.mul(prediction, 1 - lambda), b.mul(spread, lambda));
      },
    };
  },
});

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error('LeJEPA was given no views.');
  return item;
}
