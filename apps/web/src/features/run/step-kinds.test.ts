import { expect, test } from 'vitest';
import { groupOf } from './step-kinds';

test('a training without labels is listed with what it makes', () => {
  expect(groupOf({ kind: 'PRETRAIN', stepId: 'stock' })).toBe('Stock');
  expect(groupOf({ kind: 'PRETRAIN', stepId: 'ingredients/moco-00' })).toBe('Ingredients');
  expect(groupOf({ kind: 'FINETUNE', stepId: 'ingredients/ft-00' })).toBe('Ingredients');
});
