import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { ParameterValues } from '../models/parameter-values.js';
import { visionModel } from '../models/vision-model.js';
import { type SslOptions, sslOptions } from '../recipe/ssl-options.js';
import { applyHead, type Head, headParameters, selfSoupHead } from './heads.js';
import { infoNce, symmetricInfoNce } from './losses/info-nce.js';
import { cosineMomentum } from './momentum.js';
import { defineSslMethod, type Pass, type SslLoss } from './ssl-method.js';
import { featuresOfViews, numberedViews, pipelines, splitViews } from './views.js';

type Options = SslOptions<'mocov3'>;

/**
 * MoCo v3 (Chen, Xie and He 2021; facebookresearch/moco-v3). `official`: queries by encoder, projector and predictor, keys by
 * the momentum encoder and projector, both directions; the patch embedding and the positions keep their values. `self-soup`:
 * as the Self-Soupervision code does it, positions fixed too: one direction, queries by encoder and a small head, keys by the same encoder
 * without it and without gradient; no teacher.
 */
export const mocov3 = defineSslMethod({
  options: sslOptions.mocov3,
  bind(architecture, options) {
    const model = visionModel(architecture);
    const way = options.views ?? (options.variant === 'official' ? 'moco-v3' : 'three-augment');
    const views = numberedViews({ pipelines: pipelines(way, 'global', 2), size: architecture.image });
    const shared = { views, inputs: [], draw: () => ({}) };
    const features: Features = (b, parameters, pictures, pass) => featuresOfViews(b, model, parameters, pictures, pass);
    return options.variant === 'official'
      ? { ...shared, ...official(model.featureWidth, features, options) }
      : { ...shared, ...selfSoup(model.featureWidth, features, options) };
  },
});

type Features = (b: GraphBuilder, parameters: ParameterValues, views: readonly Value[], pass: Pass) => Value;
type Rest = Omit<SslLoss, 'views' | 'inputs' | 'draw'>;

function official(featureWidth: number, features: Features, options: Options): Rest {
  const {
    temperature = 0.2,
    teacher_momentum: momentum = 0.99,
    hidden = 4096,
    width = 256,
    freeze_patches: frozenPatches = true,
  } = options;
  const norms = { activation: 'relu', bias: false, hiddenNorm: true, lastNorm: true } as const;
  const projector: Head = { name: 'projector', widths: [featureWidth, hidden, hidden, width], ...norms };
  const predictor: Head = { name: 'predictor', widths: [width, hidden, width], ...norms };
  const patches = ['patch_embed.proj.weight', 'patch_embed.proj.bias'];
  return {
    parameters: [...headParameters(projector), ...headParameters(predictor)],
    frozen: new Set(['pos_embed', ...(frozenPatches ? patches : [])]),
    teacher: { momentum: cosineMomentum(momentum) },
    build: (b, parameters, views, _, { teacher, student, still }) => {
      // Batch normalisation sees one view at a time, as it does in the two passes of the original.
      const embed = (values: ParameterValues, finish: (rows: Value) => Value, pass: Pass) =>
        splitViews(b, features(b, values, views, pass), views.length).map((rows) =>
          finish(applyHead(b, values, projector, rows)),
        );
      const queries = pair(
        embed(parameters, (rows) => applyHead(b, parameters, predictor, rows), student(0, views.length)),
      );
      const keys = pair(embed(teacher, (rows) => b.stopGradient(rows), still));
      return symmetricInfoNce(b, queries, keys, temperature);
    },
  };
}

function selfSoup(featureWidth: number, features: Features, { temperature = 1 }: Options): Rest {
  const head = selfSoupHead(featureWidth);
  return {
    parameters: headParameters(head),
    frozen: new Set(['pos_embed']),
    build: (b, parameters, views, _, { student, still }) => {
      const [first, second] = pair(views);
      const queries = applyHead(b, parameters, head, features(b, parameters, [first], student(0, 1)));
      return infoNce(b, queries, b.stopGradient(features(b, parameters, [second], still)), temperature);
    },
  };
}

function pair(values: readonly Value[]): [Value, Value] {
  const [first, second] = values;
  if (first === undefined || second === undefined) throw new Error('MoCo v3 was given fewer than two views.');
  return [first, second];
}
