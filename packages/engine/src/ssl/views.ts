import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { ImageArchitecture } from '../models/architecture.js';
import type { ForwardOptions } from '../models/layers.js';
import type { ParameterValues } from '../models/parameter-values.js';
import { type VisionModel, visionModel } from '../models/vision-model.js';
import { positionGrid } from '../models/vit/architecture.js';
import type { AugmentationWord } from '../recipe/augmentation.js';
import type { ViewsName } from '../recipe/ssl-options.js';
import { SslOptionsError } from './errors.js';
import type { SslView } from './ssl-method.js';

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
 * Features of several views of one size, each [B, C, H, W], in one pass of the encoder: [views·B, width], view after view.
 */
export function featuresOfViews(
  b: GraphBuilder,
  model: VisionModel,
  parameters: ParameterValues,
  views: readonly Value[],
  options: ForwardOptions = {},
): Value {
  const [first] = views;
  if (first === undefined) throw new Error('No view was given.');
  return model.features(b, parameters, views.length === 1 ? first : b.concat(views, { axis: 0 }), options);
}

/** Rows [views·B, width] cut into one value a view. */
export function splitViews(b: GraphBuilder, rows: Value, views: number): readonly Value[] {
  if (views === 1) return [rows];
  const batch = (rows.shape[0] ?? 0) / views;
  return b.split(rows, { axis: 0, sizes: Array<number>(views).fill(batch) });
}
