import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GraphBuilder } from '../../graph/builder.js';
import { interpret } from '../../runtime/reference/interpret.js';
import { largestDifference, packedTensor, packedTensors, readFixture } from '../../testing/oracle.fixture.js';
import { architectureSchema } from '../architecture.js';
import { parameterValues } from '../parameter-values.js';
import { POSITION_INTERPOLATIONS } from './architecture.js';
import { splitPositions } from './forward.js';
import { resamplingMatrix } from './position-interpolation.js';

const { cases } = readFixture(new URL('./fixtures/positions.json', import.meta.url), {
  cases: z.array(z.object({ from: z.int(), to: z.int(), positions: packedTensor, expected: packedTensors })),
});

describe.each(POSITION_INTERPOLATIONS)('positions resampled by %s', (positionInterpolation) => {
  test.each(cases)("are PyTorch's and timm's, $from to $to", ({ from, to, positions, expected }) => {
    const wide = { ...positions, shape: [1, 1 + from * from, 4], data: widened(positions.data) };
    const architecture = architectureSchema.parse({
      family: 'vit',
      ...{ image: to, patch: 1, channels: 3, dim: 4, depth: 1, heads: 1, mlp: 4 },
      positionGrid: from,
      positionInterpolation,
    });
    const b = new GraphBuilder();
    const input = b.input('pos_embed', 'f32', wide.shape);
    const [first, patches] = splitPositions(b, parameterValues(new Map([['pos_embed', input]])), architecture);
    b.output('all', first === null ? patches : b.concat([first, patches], { axis: 1 }));
    const { all } = interpret(b.build(), { pos_embed: wide });
    const right = expected.get(positionInterpolation);
    if (all === undefined || right === undefined) throw new Error('There is nothing to compare.');
    expect(largestDifference(all, { data: widened(right.data) })).toBeLessThan(1e-5);
  });

  test.each([
    [3, 5],
    [37, 16],
    [1, 4],
    [16, 1],
  ])('have weights that sum to one for every new row, %i to %i', (from, to) => {
    const matrix = resamplingMatrix(from, to, positionInterpolation);
    for (let row = 0; row < to; row++) {
      const sum = matrix.subarray(row * from, (row + 1) * from).reduce((total, weight) => total + weight, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
  });
});

/** The fixture is two numbers wide, the narrowest model four. */
function widened(data: Float32Array): Float32Array {
  const wide = new Float32Array(data.length * 2);
  for (let row = 0; row < data.length / 2; row++) {
    const pair = data.subarray(row * 2, row * 2 + 2);
    wide.set(pair, row * 4);
    wide.set(pair, row * 4 + 2);
  }
  return wide;
}
