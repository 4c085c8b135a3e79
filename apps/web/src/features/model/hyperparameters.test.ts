import { expect, it } from 'vitest';
import { hyperparameterFacts, methodFacts } from './hyperparameters';

it('shows nested hyperparameters flat and numbers short', () => {
  const facts = hyperparameterFacts({
    lr: 0.00031234567,
    batch: 128,
    decoder: { dim: 48 },
    betas: [0.9, 0.999],
    ema: null,
    epochs: 0,
  });
  expect(Object.fromEntries(facts.map((fact) => [fact.name, fact.value]))).toEqual({
    'Learning rate': '3.12e-4',
    Batch: '128',
    'Decoder · width': '48',
    Betas: '0.9, 0.999',
    EMA: 'none',
    Epochs: '0',
  });
});

it('says of a choice yes or no, and of a method only what it was told to do', () => {
  const shown = (facts: ReturnType<typeof methodFacts>) => facts.map(({ name, value }) => `${name}: ${value}`);
  expect(shown(hyperparameterFacts({ normalise_pixels: false }))).toEqual(['Normalise pixels: no']);
  const options = { clip: false, base: null, replacement: true, most: 4, tolerance: 0 };
  expect(shown(methodFacts(options))).toEqual(['Most: 4', 'Replacement: yes', 'Tolerance: 0']);
});
