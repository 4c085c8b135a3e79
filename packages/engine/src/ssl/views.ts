import { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { ImageArchitecture } from '../models/architecture.js';
import { type ParameterValues, parameterValues } from '../models/parameter-values.js';
import { type VisionModel, visionModel } from '../models/vision-model.js';
import { positionGrid } from '../models/vit/architecture.js';
import type { AugmentationWord } from '../recipe/augmentation.js';
import type { ViewsName } from '../recipe/ssl-options.js';
import { dropPath } from '../training/drop-path.js';
import { SslOptionsError } from './errors.js';
import type { Pass, SslView } from './ssl-method.js';

/** How one view is made of an image: a word of the augmentations. */
export type ViewPipeline = AugmentationWord;

/** The ways that a recipe may name, each as the pipelines of global and of local views, taken in turn. */
const WAYS: Readonly<
  Record<ViewsName, { readonly global: readonly ViewPipeline[]; readonly local: readonly ViewPipeline[] }>
> = {
  none: { global: ['none'], local: ['none'] },
  shift: { global: ['shift'], local: ['shift'] },
  affine: { global: ['affine'], local: ['affine'] },
  'three-augment': { global: ['three-augment'], local: ['three-augment'] },
  mae: { global: ['mae'], local: ['mae'] },
  'moco-v3': { global: ['moco-v3-first', 'moco-v3-second'], local: ['moco-v3-first', 'moco-v3-second'] },
  lejepa: { global: ['lejepa-global'], local: ['lejepa-local'] },
  mmcr: { global: ['mmcr-first', 'mmcr-second'], local: ['mmcr-first', 'mmcr-second'] },
  massl: { global: ['massl-first', 'massl-second'], local: ['massl-local'] },
};

/** The pipelines of `count` views, global or local ones. */
export function pipelines(way: ViewsName, kind: 'global' | 'local', count: number): ViewPipeline[] {
  const turn = WAYS[way][kind];
  return Array.from({ length: count }, (_, index) => turn[index % turn.length] ?? 'none');
}

/** Several views of the size of the model, then several of a smaller one, numbered on. */
export function numberedViews(
  global: { readonly pipelines: readonly ViewPipeline[]; readonly size: number },
  local: { readonly pipelines: readonly ViewPipeline[]; readonly size: number } = { pipelines: [], size: 0 },
): SslView[] {
  const all = [
    ...global.pipelines.map((pipeline) => ({ pipeline, size: global.size })),
    ...local.pipelines.map((pipeline) => ({ pipeline, size: local.size })),
  ];
  return all.map((view, index) => ({ name: `images.${index}`, ...view }));
}

/**
 * The model for images of another size: the same parameters, positions resampled inside the graph.
 *
 * @throws SslOptionsError for another size than its own of a model that has only one
 */
export function modelForSize(architecture: ImageArchitecture, size: number): VisionModel {
  if (size === architecture.image) return visionModel(architecture);
  if (architecture.family === 'vit') {
    return visionModel({ ...architecture, image: size, positionGrid: positionGrid(architecture) });
  }
  throw new SslOptionsError(
    `Views of ${size} pixels were asked for of a model of the family '${architecture.family}', which takes ${architecture.image}.`,
    'Leave local_image out.',
  );
}

/**
 * Side of a local view: the multiple of the patch next to `share` of the image, at least one patch. A model of a family
 * that takes one size only sees local views at that size.
 *
 * @throws SslOptionsError when the given side is no multiple of the patch
 */
export function localSize(architecture: ImageArchitecture, share: number, given: number | undefined): number {
  const { image } = architecture;
  if (architecture.family !== 'vit') return given ?? image;
  const { patch } = architecture;
  if (given === undefined) return Math.max(patch, Math.round((share * image) / patch) * patch);
  if (given % patch === 0 && given <= image) return given;
  throw new SslOptionsError(
    `Local views of ${given} pixels were asked for of a model with patches of ${patch} and images of ${image}.`,
    `Use a multiple of ${patch} up to ${image}.`,
  );
}

/**
 * Features of several views of one size, each [B, C, H, W], in one pass of the encoder: [views·B, width], view after view. In
 * parts, the encoder sees a part of the rows at a time; what is made of the features still sees the whole batch, so the loss and
 * its gradient are those of one piece.
 */
export function featuresOfViews(
  b: GraphBuilder,
  model: VisionModel,
  parameters: ParameterValues,
  views: readonly Value[],
  { masks, parts = 1 }: Pass = {},
): Value {
  const [first] = views;
  if (first === undefined) throw new Error('No view was given.');
  const images = views.length === 1 ? first : b.concat(views, { axis: 0 });
  if (parts > 1) return featuresInParts(b, model, parameters, { images, masks, parts });
  return model.features(b, parameters, images, masks === undefined ? {} : dropPath(b, masks));
}

/** A loop whose turns encode one part each; its gradient encodes it again, and keeps no activation of another one. */
function featuresInParts(
  b: GraphBuilder,
  model: VisionModel,
  parameters: ParameterValues,
  { images, masks, parts }: { readonly images: Value; readonly masks: Value | undefined; readonly parts: number },
): Value {
  const [rows = 0, ...image] = images.shape;
  const few = rows / parts;
  const turn = new GraphBuilder();
  const seen = turn.input('rows', 'f32', [few, ...image]);
  const [blocks = 0] = masks?.shape ?? [];
  const dropped = masks === undefined ? undefined : turn.input('masks', 'f32', [blocks, 2, few]);
  const inside = new Map(model.parameters.map(({ name, shape }) => [name, turn.input(name, 'f32', shape)]));
  const options = dropped === undefined ? {} : dropPath(turn, dropped);
  turn.output('features', model.features(turn, parameterValues(inside), seen, options));
  const cut = masks && b.transpose(b.reshape(masks, [blocks, 2, parts, few]), { perm: [2, 0, 1, 3] });
  const { stacked } = b.loop(turn.build(), {
    carried: [],
    scanned: [b.reshape(images, [parts, few, ...image]), ...(cut === undefined ? [] : [cut])],
    fixed: model.parameters.map(({ name }) => parameters(name)),
  });
  const [features] = stacked;
  if (features === undefined) throw new Error('The loop gave no features.');
  return b.reshape(features, [rows, model.featureWidth]);
}

/** Rows [views·B, width] cut into one value a view. */
export function splitViews(b: GraphBuilder, rows: Value, views: number): readonly Value[] {
  if (views === 1) return [rows];
  const batch = (rows.shape[0] ?? 0) / views;
  return b.split(rows, { axis: 0, sizes: Array<number>(views).fill(batch) });
}
