import { mixImages, mixTargets } from '../data/augmentation/index.js';
import { increasingOperations, plainOperations } from '../data/augmentation/rand-augment-operations.js';
import { differing, operations, oracle } from '../data/image/oracle.fixture.js';
import { viewMaker } from '../data/views.js';
import { keyed } from '../random/index.js';
import { smoothedTargets } from '../training/cross-entropy.js';
import type { FidelityRow } from './row.fixture.js';

const timm = `timm ${oracle.versions.timm}`;
const pillow = `Pillow ${oracle.pillow}`;

const operationRows = Object.keys(operations).map(
  (name): FidelityRow => ({
    subject: `image operation ${name}`,
    quantity: 'share of bytes further than one grey level away',
    oracle: /^(rotate|shear|translate|solarize-add)/.test(name) ? `${timm} on ${pillow}` : pillow,
    difference: 'absolute',
    bound: 0.001,
    measure: () => {
      const shares = oracle.images.flatMap(({ image, expected }) =>
        Object.entries(expected)
          .filter(([label]) => label.split(' ')[0] === name)
          .map(([label, result]) => {
            const changed = operations[name]?.(image, label.split(' ').slice(1));
            return changed === undefined ? 1 : differing(changed, result);
          }),
      );
      return Math.max(...shares);
    },
  }),
);

const largest = (found: Float32Array, expected: Float32Array) =>
  found.reduce((most, value, at) => Math.max(most, Math.abs(value - (expected[at] ?? Number.NaN))), 0);

export const augmentationRows: readonly FidelityRow[] = [
  ...operationRows,
  {
    subject: 'test-time resize and crop',
    quantity: 'grey levels, after normalisation is undone',
    oracle: `${timm} create_transform on ${pillow}`,
    difference: 'absolute',
    bound: 1.001,
    measure: () =>
      Math.max(
        ...oracle.transforms.map(({ image, preprocessing, expected }) => {
          const found = new Float32Array(expected.length);
          viewMaker({ augmentation: 'none', image: [3, 16, 16], normalise: preprocessing })(image, keyed(1), found);
          const levels = (value: number, at: number) => value * 255 * (preprocessing.std[Math.floor(at / 256)] ?? 1);
          return largest(found.map(levels), expected.map(levels));
        }),
      ),
  },
  {
    subject: 'RandAugment',
    quantity: 'argument of every operation at five magnitudes',
    oracle: timm,
    difference: 'absolute',
    bound: 1e-12,
    measure: () =>
      Math.max(
        ...Object.entries(oracle.levels).flatMap(([name, levels]) =>
          Object.entries(levels).map(([magnitude, expected]) => {
            const found = (plainOperations[name] ?? increasingOperations[name])?.argument(Number(magnitude) / 10, 1);
            return expected === null ? 0 : Math.abs((found ?? Number.NaN) - expected);
          }),
        ),
      ),
  },
  ...oracle.mixing.cases.flatMap(({ name, share, box = null, expected, targets }): FidelityRow[] => {
    const { images, labels, classes, smoothing } = oracle.mixing;
    const drawn = { share: box === null ? share : 1 - (box.height * box.width) / 48, box };
    return [
      {
        ...{ subject: name, quantity: 'images of a batch', oracle: timm, difference: 'absolute', bound: 1e-6 },
        measure: () => {
          const mixed = Float32Array.from(images);
          mixImages(mixed, [4, 3, 6, 8], drawn);
          return largest(mixed, expected);
        },
      },
      {
        ...{ subject: name, quantity: 'smoothed targets', oracle: timm, difference: 'absolute', bound: 1e-6 },
        measure: () => largest(mixTargets(smoothedTargets(labels, classes, smoothing), classes, drawn), targets),
      },
    ];
  }),
];
