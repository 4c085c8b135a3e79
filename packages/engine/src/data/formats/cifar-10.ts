import { cifarBinary } from './cifar-binary.js';

/** CIFAR-10, binary version: one label byte before each image. */
export const cifar10 = cifarBinary({
  archive: 'cifar-10-batches-bin',
  parts: {
    train: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
    test: ['test_batch.bin'],
  },
  labelBytes: 1,
  label: () => ({ at: 0, classes: 10, names: 'batches.meta.txt' }),
});
