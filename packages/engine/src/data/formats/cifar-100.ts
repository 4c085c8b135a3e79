import { cifarBinary } from './cifar-binary.js';

/** CIFAR-100, binary version: the coarse label (20 superclasses), then the fine one (100 classes) before each image. */
export const cifar100 = cifarBinary({
  archive: 'cifar-100-binary',
  parts: { train: ['train.bin'], test: ['test.bin'] },
  labelBytes: 2,
  label: (labels) =>
    labels === 'coarse'
      ? { at: 0, classes: 20, names: 'coarse_label_names.txt' }
      : { at: 1, classes: 100, names: 'fine_label_names.txt' },
});
