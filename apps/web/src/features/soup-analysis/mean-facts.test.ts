import { expect, test } from 'vitest';
import { meanFacts } from './mean-facts';

test('means over pairs stand in per cent or as they are, with a true minus sign, and say where there is none', () => {
  const facts = meanFacts({ disagreement: 0.1629, errorCorrelation: -0.0546, kappa: null, doubleFault: 0 });
  expect(facts.map(({ value }) => value)).toEqual(['16.29 %', '−0.0546', 'not defined', '0.00 %', 'not defined']);
});
