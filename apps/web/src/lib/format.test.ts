import { describe, expect, it } from 'vitest';
import { bytes, duration, label, percent, points, quantity } from './format';

describe('numbers as people read them', () => {
  it('gives differences a sign, a true minus, and zero none', () => {
    expect([points(0.0123), points(-0.0123), points(0.00001), points(-0.00001)]).toEqual([
      '+1.23',
      '−1.23',
      '0.00',
      '0.00',
    ]);
  });

  it('writes fractions in per cent', () => {
    expect([percent(0.9783), percent(1), percent(0.97325, 3)]).toEqual(['97.83', '100.00', '97.325']);
  });

  it('keeps hyperparameters short at every size', () => {
    expect([0, 0.00031234567, 0.05, 1, 12000, 1.5e8, 1e-4].map((value) => quantity(value))).toEqual([
      '0',
      '3.12e-4',
      '0.05',
      '1',
      '12,000',
      '1.5e+8',
      '1e-4',
    ]);
  });

  it('says how long something took', () => {
    expect([12, 999.6, 5000, 12_345, 59_960, 185_000, 7_800_000].map(duration)).toEqual([
      '12 ms',
      '1000 ms',
      '5 s',
      '12.3 s',
      '1 min 00 s',
      '3 min 05 s',
      '2 h 10 min',
    ]);
  });

  it('says how large something is', () => {
    expect([0, 575, 825_344, 1_073_741_824].map(bytes)).toEqual(['0 B', '575 B', '806.0 KiB', '1.0 GiB']);
  });

  it('turns names into words', () => {
    expect(['gaussian_noise', 'jpeg_compression', 'lr'].map(label)).toEqual([
      'Gaussian noise',
      'JPEG compression',
      'Learning rate',
    ]);
  });
});
