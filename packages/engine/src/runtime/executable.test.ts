import { describe, expect, test } from 'vitest';
import { gradients } from '../autodiff/index.js';
import { GraphBuilder, numbersOf, type Tensor, tensorOf } from '../graph/index.js';
import { DeviceError } from './errors.js';
import { compile } from './executable.js';

function spread(shape: number[], scale = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensorOf(
    'f32',
    shape,
    Array.from({ length: size }, (_, i) => scale * Math.sin(1.3 * i + 0.2)),
  );
}

/** One training step of a small network, with its next weights as output. */
function trainingStep() {
  const b = new GraphBuilder();
  const x = b.input('x', 'f32', [32, 24]);
  const weights = b.input('weights', 'f32', [48, 24]);
  const hidden = b.gelu(b.gemm(x, weights, null, { transB: true }));
  const loss = b.reduceMean(b.mul(hidden, b.softmax(hidden)), { keepdims: false });
  const [slope] = gradients(b, loss, [weights]);
  if (slope === undefined) throw new Error('No gradient.');
  b.output('loss', loss);
  b.output('next.weights', b.sub(weights, b.mul(slope, 5)));
  return b.build();
}

async function train(threads: number, steps: number): Promise<Tensor> {
  const executable = await compile(trainingStep(), { device: 'cpu', threads });
  const x = spread([32, 24]);
  let weights = spread([48, 24], 0.3);
  for (let step = 0; step < steps; step++) {
    weights = (await executable.run({ x, weights }))['next.weights'] ?? weights;
  }
  await executable.dispose();
  return weights;
}

describe('the CPU', () => {
  test('gives the same bytes in every run, also with two threads', async () => {
    const [first, second] = [await train(1, 20), await train(1, 20)];
    expect(second.data).toEqual(first.data);
    expect((await train(2, 20)).data).toEqual((await train(2, 20)).data);
  });

  test('takes and returns every dtype it has kernels for', async () => {
    const b = new GraphBuilder();
    const tensors = (['f32', 'f16', 'f64', 'i64', 'i32', 'u8', 'bool'] as const).map((dtype) =>
      tensorOf(dtype, [2], [0, 1]),
    );
    for (const { dtype } of tensors) b.output(`out.${dtype}`, b.reshape(b.input(dtype, dtype, [2]), [2, 1]));
    const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
    const outputs = await executable.run(Object.fromEntries(tensors.map((tensor) => [tensor.dtype, tensor])));
    for (const tensor of tensors) expect(outputs[`out.${tensor.dtype}`]).toEqual({ ...tensor, shape: [2, 1] });
    await executable.dispose();
  });

  test('computes in f16 and returns its bits', async () => {
    const b = new GraphBuilder();
    b.output('y', b.mul(b.input('x', 'f16', [2]), 3));
    const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
    const { y } = await executable.run({ x: tensorOf('f16', [2], [0.5, -2]) });
    expect(y && [...numbersOf(y)]).toEqual([1.5, -6]);
    await executable.dispose();
  });

  test('returns inputs and constants that are outputs, and one value under two names', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [2]);
    const doubled = b.mul(x, 2);
    b.output('same', x);
    b.output('seven', b.constant(7));
    b.output('one', doubled);
    b.output('two', doubled);
    const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
    const outputs = await executable.run({ x: tensorOf('f32', [2], [1, 2]) });
    expect(outputs).toMatchObject({
      same: { data: Float32Array.of(1, 2) },
      seven: { shape: [], data: Float32Array.of(7) },
      one: { data: Float32Array.of(2, 4) },
      two: { data: Float32Array.of(2, 4) },
    });
    await executable.dispose();
  });

  test("leaves JavaScript's own arithmetic alone, denormals included", async () => {
    const executable = await compile(trainingStep(), { device: 'cpu', threads: 1 });
    await executable.run({ x: spread([32, 24]), weights: spread([48, 24]) });
    const numbers = Float32Array.of(1e-40, 0);
    numbers[1] = (numbers[0] ?? 0) * 0.25;
    expect(numbers[1]).toBeGreaterThan(0);
    await executable.dispose();
  });

  test('runs one after the other when asked all at once', async () => {
    const executable = await compile(trainingStep(), { device: 'cpu', threads: 1 });
    const feeds = { x: spread([32, 24]), weights: spread([48, 24]) };
    const losses = (await Promise.all([1, 2, 3].map(() => executable.run(feeds)))).map(({ loss }) => loss?.data[0]);
    expect(new Set(losses).size).toBe(1);
    await executable.dispose();
  });
});

describe('what goes wrong is a sentence with the next step', () => {
  async function failure(action: Promise<unknown>): Promise<string> {
    const error = await action.then(
      () => new Error('It did not fail.'),
      (reason: unknown) => reason,
    );
    if (error instanceof DeviceError) return `${error.message} ${error.advice}`;
    throw error;
  }

  const graph = () => {
    const b = new GraphBuilder();
    b.output('y', b.gather(b.input('x', 'f32', [3]), b.input('i', 'i64', [2])));
    return b.build();
  };
  const x = tensorOf('f32', [3], [1, 2, 3]);
  const i = tensorOf('i64', [2], [0, 2]);

  test('a missing, a wrong and an unknown feed', async () => {
    const executable = await compile(graph(), { device: 'cpu', threads: 1 });
    expect(await failure(executable.run({ x }))).toBe('Input "i" was not fed. Feed i64[2].');
    const wrong = await failure(executable.run({ x, i: tensorOf('i32', [2], [0, 1]) }));
    expect(wrong).toBe('Input "i" is i64[2] but was fed i32[2]. Convert or reshape it.');
    expect(await failure(executable.run({ x, i, z: x }))).toBe('The graph has no input "z". It has x, i.');
    await executable.dispose();
  });

  test('an index out of bounds, after which the executable still works', async () => {
    const executable = await compile(graph(), { device: 'cpu', threads: 1 });
    const error = await failure(executable.run({ x, i: tensorOf('i64', [2], [0, 7]) }));
    expect(error).toMatch('An index points outside of the tensor it selects from. Check the labels');
    expect((await executable.run({ x, i })).y?.data).toEqual(Float32Array.of(1, 3));
    await executable.dispose();
  });

  test('an operator without a kernel for these element types', async () => {
    const b = new GraphBuilder();
    b.output('y', b.erf(b.input('x', 'f64', [3])));
    const error = await failure(compile(b.build(), { device: 'cpu', threads: 1 }));
    expect(error).toMatch(
      'The cpu device could not prepare the graph: The device has no kernel for Erf (opset 13) with these element types. Cast',
    );
  });

  test('bf16, which is a storage type', async () => {
    const b = new GraphBuilder();
    b.output('y', b.identity(b.input('x', 'bf16', [1])));
    const error = await failure(compile(b.build(), { device: 'cpu', threads: 1 }));
    expect(error).toBe(
      '"x" is bf16, which is a storage type: the cpu device cannot compute with it. Convert it to f32.',
    );
  });

  test('a run after the end', async () => {
    const executable = await compile(graph(), { device: 'cpu', threads: 1 });
    await executable.dispose();
    await executable.dispose();
    expect(await failure(executable.run({ x, i }))).toMatch('has been disposed of. Compile the graph again.');
  });

  test('no threads', async () => {
    expect(await failure(compile(graph(), { device: 'cpu', threads: 0 }))).toMatch('0 is no number of threads.');
  });
});
