import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { ForwardOptions } from '../models/layers.js';
import type { ParameterValues } from '../models/parameter-values.js';
import { layerNorm, linear, type ParameterTable } from '../models/parameters.js';
import { patchCount, patchGrid, patchWidth, prefixCount, type VitArchitecture } from '../models/vit/architecture.js';
import { embedPatches, encode, splitPositions } from '../models/vit/forward.js';
import { block, linearRows, norm } from '../models/vit/layers.js';
import { blockParameters } from '../models/vit/parameters.js';
import { patchesForEmbedding, patchesForPixels } from '../models/vit/patches.js';
import { sinCosPositions } from '../models/vit/positions.js';
import { type SslOptions, sslOptions } from '../recipe/ssl-options.js';
import { dropPath } from '../training/drop-path.js';
import { SslOptionsError } from './errors.js';
import { maskFromNoise, visibleCount } from './masking.js';
import { defineSslMethod, type Pass } from './ssl-method.js';
import { pipelines, type ViewPipeline } from './views.js';

type MaeOptions = SslOptions<'mae'>;

/** Hidden width of the decoder's perceptrons, as a multiple of its width. */
const DECODER_MLP_RATIO = 4;

/**
 * Masked autoencoder (He et al. 2021; facebookresearch/mae, models_mae.py), the same loss with less work. The decoder is a
 * set function of (token, position) pairs, so the tokens need not be put back in image order: visible ones come first,
 * hidden ones after them, and the fixed positions are gathered instead. No gradient flows through any gather, and only
 * hidden patches are predicted, since only they are in the loss: Σ mask·mean((prediction − target)²) / Σ mask
 * (docs/adr/0007).
 */
export const mae = defineSslMethod({
  options: sslOptions.mae,
  bind(shape, options, { batch }) {
    if (shape.family !== 'vit') {
      throw new SslOptionsError(
        `MAE hides patches of a Vision Transformer; this model is of the family '${shape.family}'.`,
        'Use another algorithm.',
      );
    }
    if (prefixCount(shape) !== 1) {
      throw new SslOptionsError(
        `MAE's decoder reads one token before those of the patches; this model has ${prefixCount(shape)}.`,
        'Use a model with a class token and no registers, or another algorithm.',
      );
    }
    const patches = patchCount(shape);
    return {
      parameters: decoderParameters(shape, options),
      frozen: new Set(['pos_embed', 'decoder_pos_embed']),
      views: [{ name: 'images', pipeline: viewOf(options), size: shape.image }],
      independent: true,
      inputs: [{ name: 'shuffle', dtype: 'i32', shape: [batch, patches] }],
      draw: (streams) => {
        const shuffle = new Int32Array(batch * patches);
        for (const [index, random] of streams.entries()) {
          const noise = Float64Array.from({ length: patches }, () => random.uniform());
          shuffle.set(maskFromNoise(noise, options.mask).shuffle, index * patches);
        }
        return { shuffle: { dtype: 'i32', shape: [batch, patches], data: shuffle } };
      },
      build: (b, parameters, [images], input, { student }) => {
        if (images === undefined) throw new Error('MAE was given no images.');
        return maeLoss(b, parameters, shape, options, {
          ...{ images, shuffle: input('shuffle') },
          forward: forwardOf(b, student(0, 1)),
        });
      },
    };
  },
});

/** Its patches are chosen before they are encoded, so it takes no parts: its gradient is taken in turns of images instead. */
function forwardOf(b: GraphBuilder, { masks }: Pass): ForwardOptions {
  return masks === undefined ? {} : dropPath(b, masks);
}

/** MAE trains on the images as they are unless it is told otherwise: the mask is its augmentation. */
function viewOf({ views = 'none' }: MaeOptions): ViewPipeline {
  const [first = 'none'] = pipelines(views, 'global', 1);
  return first;
}

/** MAE's decoder in its own names; `decoder_pos_embed` is fixed. */
export function decoderParameters(shape: VitArchitecture, { decoder }: MaeOptions): ParameterTable {
  const { dim, depth } = decoder;
  return [
    { name: 'mask_token', shape: [1, 1, dim], initial: { kind: 'normal', std: 0.02 }, decay: false },
    {
      name: 'decoder_pos_embed',
      shape: [1, 1 + patchCount(shape), dim],
      initial: { kind: 'fixed', values: () => sinCosPositions(dim, patchGrid(shape)) },
      decay: false,
    },
    ...linear('decoder_embed', shape.dim, dim),
    ...Array.from({ length: depth }, (_, index) =>
      blockParameters(`decoder_blocks.${index}`, dim, dim * DECODER_MLP_RATIO),
    ).flat(),
    ...layerNorm('decoder_norm', dim),
    ...linear('decoder_pred', dim, patchWidth(shape)),
  ];
}

/** @param given.shuffle i32 [B, N]: patch indices, visible ones first. */
function maeLoss(
  b: GraphBuilder,
  parameters: ParameterValues,
  shape: VitArchitecture,
  options: MaeOptions,
  given: { readonly images: Value; readonly shuffle: Value; readonly forward: ForwardOptions },
): Value {
  const { images, shuffle, forward } = given;
  const batch = images.shape[0] ?? 0;
  const patches = patchCount(shape);
  const visible = visibleCount(patches, options.mask);
  const hidden = patches - visible;
  const order = halves(b, shuffle, 1, [visible, hidden]);

  const seen = gatherPatches(b, patchesForEmbedding(b, shape, images), order[0]);
  const embedded = b.reshape(embedPatches(b, parameters, shape, seen), [batch, visible, shape.dim]);
  const [, positions] = splitPositions(b, parameters, shape);
  const table = b.reshape(positions, [patches, shape.dim]);
  const encoded = encode(b, parameters, shape, b.add(embedded, b.gather(table, order[0], { axis: 0 })), forward);

  const prediction = decode(b, parameters, shape, options, encoded, shuffle);
  const target = gatherPatches(b, patchesForPixels(b, shape, images), order[1]);
  const wanted = (options.normalise_pixels ?? true) ? standardiseRows(b, target) : target;
  const difference = b.sub(prediction, b.stopGradient(wanted));
  return b.reduceMean(b.mul(difference, difference), { axes: [0, 1], keepdims: false });
}

/** Encoded tokens [B, 1 + visible, dim] → predicted pixels of the hidden patches, rows [B·hidden, p·p·C]. */
function decode(
  b: GraphBuilder,
  parameters: ParameterValues,
  shape: VitArchitecture,
  { decoder }: MaeOptions,
  encoded: Value,
  shuffle: Value,
): Value {
  const [batch = 0, seen = 0] = encoded.shape;
  const patches = patchCount(shape);
  const tokens = 1 + patches;
  const hidden = tokens - seen;
  const { dim, depth, heads } = decoder;
  const epsilon = shape.layerNormEpsilon;

  const rows = b.reshape(encoded, [batch * seen, shape.dim]);
  const known = b.reshape(linearRows(b, parameters, 'decoder_embed', rows), [batch, seen, dim]);
  const unknown = b.expand(parameters('mask_token'), [batch, hidden, dim]);
  // The positions in the order of the tokens: the class token's zero row, then one row a patch as it was shuffled.
  const [forClass, forPatches] = halves(b, parameters('decoder_pos_embed'), 1, [1, patches]);
  const shuffled = b.gather(b.reshape(forPatches, [patches, dim]), shuffle, { axis: 0 });
  const positions = b.concat([b.expand(forClass, [batch, 1, dim]), shuffled], { axis: 1 });

  let x = b.reshape(b.add(b.concat([known, unknown], { axis: 1 }), positions), [batch * tokens, dim]);
  const blockShape = { batch, tokens, dim, heads, layerNormEpsilon: epsilon };
  for (let index = 0; index < depth; index++) x = block(b, parameters, `decoder_blocks.${index}`, blockShape, x);
  const [, last] = halves(b, b.reshape(x, [batch, tokens, dim]), 1, [seen, hidden]);
  const normed = norm(b, parameters, 'decoder_norm', b.reshape(last, [batch * hidden, dim]), epsilon);
  return linearRows(b, parameters, 'decoder_pred', normed);
}

/** Rows of `patches` [B, N, P] at `indices` i32 [B, K] of their own image: [B·K, P]. */
function gatherPatches(b: GraphBuilder, patches: Value, indices: Value): Value {
  const [batch = 0, count = 0, width = 0] = patches.shape;
  const chosen = indices.shape[1] ?? 0;
  const starts = b.constant(
    Int32Array.from({ length: batch }, (_, index) => index * count),
    'i32',
    [batch, 1],
  );
  const flat = b.reshape(b.add(indices, starts), [batch * chosen]);
  return b.gather(b.reshape(patches, [batch * count, width]), flat, { axis: 0 });
}

/** (x − mean) / √(variance + 1e-6) of every row, the variance unbiased (divided by width − 1) as torch's `var` is. */
function standardiseRows(b: GraphBuilder, rows: Value): Value {
  const width = rows.shape[1] ?? 0;
  const centred = b.sub(rows, b.reduceMean(rows, { axes: [1], keepdims: true }));
  const squares = b.reduceSum(b.mul(centred, centred), { axes: [1], keepdims: true });
  return b.div(centred, b.sqrt(b.add(b.mul(squares, 1 / Math.max(1, width - 1)), 1e-6)));
}

function halves(b: GraphBuilder, x: Value, axis: number, sizes: [number, number]): [Value, Value] {
  const [first, second] = b.split(x, { axis, sizes });
  if (first === undefined || second === undefined) throw new Error('Split into two gave fewer than two.');
  return [first, second];
}
