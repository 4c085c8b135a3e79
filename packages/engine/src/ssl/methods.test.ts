import { describe, expect, test } from 'vitest';
import { fixture, lossOf, sslErrors, trainedNames } from './methods.fixture.js';

describe.each(fixture.cases)('$name', (one) => {
  test("gives torch's loss and gradients in f64 on the reference interpreter", async () => {
    const { loss, gradient, worst } = await sslErrors(one, 'f64');
    expect(loss).toBeLessThan(1e-9);
    expect(gradient, worst).toBeLessThan(1e-5);
  });

  test("gives torch's loss and gradients in f32 on the cpu device", async () => {
    const { loss, gradient, worst } = await sslErrors(one, 'f32');
    expect(loss).toBeLessThan(1e-5);
    expect(gradient, worst).toBeLessThan(1e-4);
  });

  test('trains the tensors that the original trains', () => {
    expect(trainedNames(lossOf(one)).sort()).toEqual([...one.gradients.keys()].sort());
  });
});
