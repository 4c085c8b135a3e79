import { expect, test } from 'vitest';
import type { Preprocessing } from '../../data/preprocessing.js';
import { freshPreprocessor } from './huggingface-config.js';

const SQUARE = { height: 32, width: 32 };

test.each<[string, Pick<Preprocessing, 'resize' | 'crop'>, object]>([
  ['nothing', {}, { do_resize: true, size: SQUARE, do_center_crop: false }],
  ['its own size', { resize: SQUARE }, { do_resize: true, size: SQUARE, do_center_crop: false }],
  [
    'a shorter side alone, of which the middle is taken',
    { resize: { shortest: 36 } },
    { do_resize: true, size: { shortest_edge: 36 }, do_center_crop: true, crop_size: SQUARE },
  ],
  [
    'a larger size alone',
    { resize: { height: 40, width: 36 } },
    { do_resize: true, size: { height: 40, width: 36 }, do_center_crop: true, crop_size: SQUARE },
  ],
  ['a crop alone', { crop: SQUARE }, { do_resize: false, do_center_crop: true, crop_size: SQUARE }],
])('a fresh preprocessor config does what the model does that says %s', (_, geometry, fields) => {
  const preprocessing = { mean: [0.5], std: [0.5], ...geometry };
  const text = freshPreprocessor({ architecture: { image: 32 }, preprocessing }, 'ViTImageProcessor');
  expect(JSON.parse(text)).toMatchObject(fields);
});
