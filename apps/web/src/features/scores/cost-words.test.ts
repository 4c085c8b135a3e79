import { expect, test } from 'vitest';
import { costOf } from './cost';
import { countInShort, machineInWords, timeInWords } from './cost-words';

const time = {
  batch: 1,
  medianMs: 0.1553,
  lowMs: 0.1331,
  highMs: 0.2561,
  runs: 1502,
  memoryBytes: 27_394_048,
  alone: true,
};

test('a time says of how many runs it is, how they scatter, and whether it was taken alone', () => {
  expect(timeInWords(time, 'image')).toBe(
    'One image: 0.155 ms, median of 1,502 runs, quartiles 0.133 ms and 0.256 ms. At most 26.1 MiB of memory more than without the network. Nothing else computed meanwhile.',
  );
  expect(timeInWords({ ...time, batch: 64, memoryBytes: null, alone: false }, 'image')).toMatch(
    /^64 images together: .* 0.256 ms\. Not alone: others computed meanwhile/,
  );
});

test('an ensemble claims the sum of its networks and no quartiles', () => {
  const sum = { ...time, lowMs: null, highMs: null, memoryBytes: null, alone: null };
  expect(timeInWords(sum, 'text')).toBe(
    "One text: 0.155 ms, the sum of its networks' medians. Whether others computed meanwhile, this system does not tell.",
  );
});

test('the machine is named with its threads; large numbers are short', () => {
  expect(machineInWords({ processor: 'Test 9000', processors: 64, device: 'cpu', threads: 1 })).toBe(
    'Measured on cpu with 1 thread: Test 9000, 64 processors.',
  );
  expect([999, 19_658, 340_928, 17_563_828_224].map(countInShort)).toEqual(['999', '19.7 k', '341 k', '17.6 G']);
});

test('the cost of a model is that of any of its evaluations', () => {
  const cost = { passes: 3, weightBytes: 100, measured: null };
  expect(costOf([{ cost: null }, { cost }, {}])).toBe(cost);
  expect(costOf([{ cost: null }])).toBeUndefined();
});
