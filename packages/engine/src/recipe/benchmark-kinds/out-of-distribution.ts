import { defineKind } from './define-kind.js';

export const outOfDistribution = defineKind({
  name: 'out-of-distribution',
  what: 'an out-of-distribution benchmark',
  protocol: 'out-of-distribution-1',
  reads: 'answers',
  second: {
    key: 'against',
    required: true,
    roles: ['test', 'shift', 'unlabeled'],
    otherwise: 'models learned or were chosen by its examples, so they are not strange to them',
  },
  options: {},
  headline: () => 'auroc:energy',
});
