import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChangePart, type Cut, findCut, keeper } from './cuts.js';

interface Change {
  readonly tensors: readonly (readonly [name: string, values: Float64Array])[];
  readonly count: number;
  readonly part: number;
}

/** Few different magnitudes, so that many are equal; neighbours that differ in the last bit; very large and very small ones. */
const numbers = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 1 + Number.EPSILON, -1 - Number.EPSILON, 0.5, 2 ** -1074, -(2 ** 1000)),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);
const changes: fc.Arbitrary<Change> = fc
  .record({
    sizes: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 4 }),
    pool: fc.array(numbers, { minLength: 1, maxLength: 120 }),
    percent: fc.integer({ min: 0, max: 105 }),
    part: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ sizes, pool, percent, part }) => {
    let at = 0;
    const tensors = sizes.map(
      (size, index) =>
        [`t${index}`, Float64Array.from({ length: size }, () => pool[(at++ * 7) % pool.length] ?? 0)] as const,
    );
    return { tensors, count: Math.round((percent / 100) * at), part };
  });

function* partsOf({ tensors, part }: Change): Generator<ChangePart> {
  for (const [tensor, values] of tensors) {
    for (let at = 0; at < values.length; at += part) yield { tensor, values: values.slice(at, at + part) };
  }
}

function cut(change: Change, collected?: number): Cut {
  const total = change.tensors.reduce((sum, [, { length }]) => sum + length, 0);
  const steps = findCut(() => partsOf(change), change.count, total, collected);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

/** By sorting everything at once: which numbers are among the `count` largest, the earlier of equal ones first. */
function kept({ tensors, count }: Change): string[] {
  return tensors
    .flatMap(([name, values]) =>
      [...values].map((value, at) => ({ place: `${name} ${at}`, magnitude: Math.abs(value) })),
    )
    .map((one, order) => ({ ...one, order }))
    .sort((a, b) => b.magnitude - a.magnitude || a.order - b.order)
    .slice(0, count)
    .filter(({ magnitude }) => magnitude > 0)
    .map(({ place }) => place)
    .sort();
}

function keptBy(found: Cut, { tensors }: Change): string[] {
  return tensors
    .flatMap(([name, values]) => {
      const keeps = keeper(found, name);
      return [...values].flatMap((value, at) => (keeps(value) && value !== 0 ? [`${name} ${at}`] : []));
    })
    .sort();
}

test.each([undefined, 0, 5])(
  'A cut keeps the numbers that sorting all of them would (%s in memory at a time)',
  (collected) => {
    fc.assert(
      fc.property(changes, (change) => {
        expect(keptBy(cut(change, collected), change)).toEqual(kept(change));
      }),
      // Counting has tables of millions of places.
      { numRuns: collected === undefined ? 300 : 25 },
    );
  },
);

test('What is kept of the whole model may be all of one tensor and nothing of another', () => {
  const change = {
    tensors: [
      ['large', Float64Array.of(3, -4, 5)],
      ['small', Float64Array.of(0.1, 0.2, -0.3)],
    ] as const,
    count: 3,
    part: 2,
  };
  expect(keptBy(cut(change), change)).toEqual(['large 0', 'large 1', 'large 2']);
});
