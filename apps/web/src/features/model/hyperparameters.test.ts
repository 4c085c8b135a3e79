import { expect, it } from 'vitest';
import { hyperparameterFacts } from './hyperparameters';

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
