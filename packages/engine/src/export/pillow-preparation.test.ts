import { expect, test } from 'vitest';
import type { Preprocessing } from '../data/preprocessing.js';
import { pillowPreparation } from './pillow-preparation.js';

const INPUT = { height: 224, width: 224 };
const linesOf = (geometry: Pick<Preprocessing, 'resize' | 'crop'>) =>
  pillowPreparation({ mean: [0], std: [1], ...geometry }, INPUT);
const WHOLE = 'image = image.resize((224, 224), config["resample"])';
const MIDDLE = [
  'left, top = round((image.width - 224) / 2), round((image.height - 224) / 2)',
  'image = image.crop((left, top, left + 224, top + 224))',
];

test.each<[string, Pick<Preprocessing, 'resize' | 'crop'>, readonly string[]]>([
  ['straight to the input where nothing is said', {}, [WHOLE]],
  ['to both sides', { resize: INPUT }, [WHOLE]],
  [
    'by the shorter side, and the middle cut out',
    { resize: { shortest: 256 }, crop: INPUT },
    [
      'width, height = (256 * side // min(image.size) for side in image.size)',
      'image = image.resize((width, height), config["resample"])',
      ...MIDDLE,
    ],
  ],
  [
    'of which the input is the middle where no crop is said',
    { resize: { height: 256, width: 250 } },
    ['image = image.resize((250, 256), config["resample"])', ...MIDDLE],
  ],
  ['without a size', { crop: INPUT }, MIDDLE],
  [
    'a crop of another size than the input',
    { crop: { height: 200, width: 100 } },
    [
      'left, top = round((image.width - 100) / 2), round((image.height - 200) / 2)',
      'image = image.crop((left, top, left + 100, top + 200))',
      WHOLE,
    ],
  ],
])('%s', (_, geometry, lines) => {
  expect(linesOf(geometry)).toEqual(lines);
});
