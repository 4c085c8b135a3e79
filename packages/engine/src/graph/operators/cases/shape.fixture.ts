import type { OperatorName } from '../../index.js';
import { type OperatorCase, spread } from './kit.fixture.js';

export const shapeCases = {
  Transpose: [
    { title: 'a rotation', inputs: [spread([2, 3, 4])], build: (b, x) => b.transpose(x, { perm: [2, 0, 1] }) },
    {
      title: 'back and forth',
      inputs: [spread([2, 3])],
      build: (b, x) => b.transpose(b.exp(b.transpose(x, { perm: [1, 0] })), { perm: [1, 0] }),
    },
    {
      title: 'twice',
      inputs: [spread([2, 3, 4])],
      build: (b, x) => b.transpose(b.transpose(x, { perm: [1, 2, 0] }), { perm: [0, 2, 1] }),
    },
  ],
  Reshape: [
    { title: 'an inferred axis', inputs: [spread([2, 6])], build: (b, x) => b.reshape(x, [3, -1]) },
    { title: 'from 0-d', inputs: [spread([])], build: (b, x) => b.reshape(x, [1, 1]) },
    { title: 'to 0-d', inputs: [spread([1, 1])], build: (b, x) => b.reshape(x, []) },
    { title: 'twice', inputs: [spread([2, 6])], build: (b, x) => b.reshape(b.reshape(x, [12]), [4, 3]) },
  ],
  Squeeze: [
    { title: 'named axes', inputs: [spread([1, 3, 1])], build: (b, x) => b.squeeze(x, [-1]) },
    { title: 'every size-1 axis', inputs: [spread([1, 3, 1])], build: (b, x) => b.squeeze(x) },
  ],
  Unsqueeze: [
    { title: 'front and back', inputs: [spread([2, 3])], build: (b, x) => b.unsqueeze(x, [0, -1]) },
    { title: '0-d', inputs: [spread([])], build: (b, x) => b.unsqueeze(x, [0]) },
  ],
  Expand: [
    { title: 'new and repeated axes', inputs: [spread([3, 1])], build: (b, x) => b.expand(x, [2, 3, 4]) },
    { title: '0-d', inputs: [spread([])], build: (b, x) => b.expand(x, [2, 2]) },
    { title: 'the shape broadcasts too', inputs: [spread([2, 3])], build: (b, x) => b.expand(x, [1, 1]) },
    {
      title: 'before a product',
      inputs: [spread([3]), spread([2, 3])],
      build: (b, x, y) => b.mul(b.expand(x, [2, 3]), y),
    },
    {
      title: 'a product that needs it',
      inputs: [spread([3]), spread([1])],
      build: (b, x, y) => b.mul(b.expand(x, [2, 3]), y),
    },
  ],
  Concat: [
    {
      title: 'a negative axis',
      inputs: [spread([2, 1]), spread([2, 3])],
      build: (b, x, y) => b.concat([x, y], { axis: -1 }),
    },
    { title: 'one operand twice', inputs: [spread([2])], build: (b, x) => b.concat([x, x, x], { axis: 0 }) },
    {
      title: 'a piece without elements',
      inputs: [spread([2, 0]), spread([2, 3])],
      build: (b, x, y) => b.concat([x, y], { axis: 1 }),
    },
  ],
  Split: [
    {
      title: 'a piece without elements',
      inputs: [spread([3])],
      build: (b, x) => b.split(x, { axis: 0, sizes: [0, 3] }),
    },
    { title: 'three pieces', inputs: [spread([2, 6])], build: (b, x) => b.split(x, { axis: -1, sizes: [1, 3, 2] }) },
    {
      title: 'a piece that nobody uses',
      inputs: [spread([4, 2])],
      build: (b, x) => b.split(x, { axis: 0, sizes: [1, 2, 1] }).slice(1, 2),
    },
  ],
  Slice: [
    { title: 'a range', inputs: [spread([4, 5])], build: (b, x) => b.slice(x, { starts: [1], ends: [3] }) },
    {
      title: 'negative ends and axes',
      inputs: [spread([4, 5])],
      build: (b, x) => b.slice(x, { starts: [-4], ends: [-1], axes: [-1] }),
    },
    { title: 'nothing', inputs: [spread([3, 2])], build: (b, x) => b.slice(x, { starts: [2], ends: [1] }) },
    { title: 'beyond the end', inputs: [spread([3])], build: (b, x) => b.slice(x, { starts: [1], ends: [99] }) },
    {
      title: 'every second',
      inputs: [spread([3, 5])],
      build: (b, x) => b.slice(x, { starts: [0], ends: [5], axes: [1], steps: [2] }),
    },
    {
      title: 'backwards',
      inputs: [spread([4, 3])],
      build: (b, x) => b.slice(x, { starts: [-1], ends: [-99], axes: [0], steps: [-1] }),
    },
  ],
  Pad: [
    { title: 'around', inputs: [spread([2, 3])], build: (b, x) => b.pad(x, { pads: [1, 0, 2, 1], value: 3 }) },
    { title: 'removing', inputs: [spread([3, 4])], build: (b, x) => b.pad(x, { pads: [0, -1, 1, 0] }) },
  ],
} satisfies Partial<Record<OperatorName, readonly OperatorCase[]>>;
