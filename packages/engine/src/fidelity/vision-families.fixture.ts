import {
  computed,
  type Forward,
  gradientDifference,
  type Miniature,
  maePreTraining,
  miniatures,
} from '../models/formats/miniatures.fixture.js';
import { mae } from '../ssl/mae.js';
import { scalarLoss } from '../ssl/ssl-loss.fixture.js';
import { largestDifference } from '../testing/oracle.fixture.js';
import type { FidelityRow } from './row.fixture.js';

/** What its own library computes from its own checkpoint, and what Stockpot does. */
function rowsFor(one: Miniature, forward?: Forward): readonly FidelityRow[] {
  const { name: subject, oracle } = one;
  return [
    {
      subject,
      quantity: `${one.quantity}, f32`,
      oracle,
      difference: 'absolute',
      bound: 1e-4,
      measure: async () => {
        const { rows } = await computed(one, 'f32', forward);
        return rows === undefined ? Number.POSITIVE_INFINITY : largestDifference(rows, one.rows);
      },
    },
    {
      subject,
      quantity: 'gradient of every parameter, f64',
      oracle,
      difference: 'relative',
      bound: 1e-5,
      measure: () => gradientDifference(one, 'f64', forward),
    },
    {
      subject,
      quantity: 'gradient of every parameter, f32',
      oracle,
      difference: 'relative',
      bound: 1e-4,
      measure: () => gradientDifference(one, 'f32', forward),
    },
  ];
}

/** The loss of MAE, continued from a checkpoint of transformers' ViTMAE, with the mask that transformers drew. */
const maeLoss: Forward = (b, parameters, images, { architecture, format: { decoder } }) => {
  const { shuffle, mask } = maePreTraining;
  if (decoder === null) throw new Error('The checkpoint has no decoder.');
  const { dim, depth, heads } = decoder;
  const batch = shuffle.length;
  const options = { mask, decoder: { dim, depth, heads }, normalise_pixels: true };
  const loss = mae.bind(architecture, options, { batch, seed: 0 });
  const order = b.constant(Int32Array.from(shuffle.flat()), 'i32', [batch, shuffle[0]?.length ?? 0]);
  return b.reshape(scalarLoss(loss, b, { parameters, views: [images], input: () => order }), [1]);
};

export const visionFamilies: readonly FidelityRow[] = [
  ...miniatures.flatMap((one) => rowsFor(one)),
  ...rowsFor(maePreTraining, maeLoss),
];
