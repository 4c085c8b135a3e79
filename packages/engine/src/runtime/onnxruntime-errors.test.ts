import { describe, expect, test } from 'vitest';
import { GraphBuilder, tensorOf } from '../graph/index.js';
import { DeviceLostError, DeviceOutOfMemoryError } from './errors.js';
import { compile } from './executable.js';
import { explain } from './onnxruntime-errors.js';
import { whyNoWebgpu } from './webgpu/adapter.fixture.js';

/** A graph with a tensor of 2^exponent numbers in its middle. */
function large(exponent: number) {
  const b = new GraphBuilder();
  const wide = b.expand(b.input('x', 'f32', [1]), [2 ** (exponent - 14), 2 ** 14]);
  b.output('y', b.reduceSum(b.sin(wide), { keepdims: false }));
  return b.build();
}

const x = tensorOf('f32', [1], [1]);

describe('what the native runtime says is told by name', () => {
  test('too little memory on the CPU, after which it goes on', async () => {
    const executable = await compile(large(40), { device: 'cpu', threads: 1 });
    await expect(executable.run({ x })).rejects.toThrow(DeviceOutOfMemoryError);
    await executable.dispose();
    const small = await compile(large(15), { device: 'cpu', threads: 1 });
    expect((await small.run({ x })).y?.data[0]).toBeCloseTo(2 ** 15 * Math.sin(1), -1);
    await small.dispose();
  });

  test.for([30, 31, 36])('too little memory on WebGPU, 2^%i numbers', async (exponent, context) => {
    const missing = await whyNoWebgpu();
    if (missing !== null) return context.skip(missing);
    const executable = await compile(large(exponent), { device: 'webgpu', threads: 1 });
    await expect(executable.run({ x })).rejects.toThrow(DeviceOutOfMemoryError);
    await executable.dispose();
  });

  test('16-bit floats that a graphics processor does not have', async (context) => {
    const missing = await whyNoWebgpu();
    if (missing !== null) return context.skip(missing);
    if (process.env.VK_ICD_FILENAMES?.includes('swiftshader') !== true)
      return context.skip('this adapter may have them');
    const b = new GraphBuilder();
    b.output('y', b.add(b.input('x', 'f16', [1]), 1));
    const executable = await compile(b.build(), { device: 'webgpu', threads: 1 });
    const failing = executable.run({ x: tensorOf('f16', [1], [1]) });
    await expect(failing).rejects.toThrow(/does not compute with 16-bit floats\./);
    await expect(failing).rejects.toMatchObject({ advice: expect.stringMatching(/precision f32/) });
    await executable.dispose();
  });

  test.each([
    '[Device] is lost.',
    'WebGPU device lost (2): the driver was reset',
    'vkQueueSubmit failed with VK_ERROR_DEVICE_LOST',
  ])('a lost device: %s', (said) => {
    const error = explain('webgpu', 'run the graph', new Error(said));
    expect(error).toBeInstanceOf(DeviceLostError);
    expect(error.advice).toMatch(/goes on from its last checkpoint/);
  });

  test('anything else in its own words', () => {
    const error = explain('cpu', 'run the graph', new Error('the moon is full\n  at night'));
    expect(error.name).toBe('DeviceError');
    expect(error.message).toBe('The cpu device could not run the graph; the runtime said: the moon is full');
  });
});
