import { z } from 'zod';
import { gradients } from '../autodiff/index.js';
import { isFloat } from '../graph/dtype.js';
import { type Graph, GraphBuilder, numbersOf, sizeOf, type Tensor, tensorOf, type Value } from '../graph/index.js';
import { type OnnxModel, readOnnx } from '../graph/onnx/index.js';
import { compile } from '../runtime/executable.js';
import { interpret } from '../runtime/reference/index.js';
import { largestDifference, packedTensor, packedTensors, readFixture } from '../testing/oracle.fixture.js';
import type { FidelityRow } from './row.fixture.js';

const { cases } = readFixture(new URL('../graph/onnx/fixtures/pytorch-exports.json', import.meta.url), {
  cases: z.record(
    z.string(),
    z.object({
      files: z.record(z.string(), z.base64()),
      x: packedTensor,
      y: packedTensor,
      gradients: packedTensors,
    }),
  ),
});

type Case = (typeof cases)[string];
type Run = (graph: Graph, feeds: Readonly<Record<string, Tensor>>) => Promise<Readonly<Record<string, Tensor>>>;

const inF64: Run = async (graph, feeds) => interpret(graph, feeds);

const onCpu: Run = async (graph, feeds) => {
  const executable = await compile(graph, { device: 'cpu', threads: 1 });
  try {
    return await executable.run(feeds);
  } finally {
    await executable.dispose();
  }
};

/** The output, and the gradient of Σ cos(i)·yᵢ by the input and by every parameter that is fed. */
function graphOf(model: OnnxModel, names: readonly string[]): Graph {
  const b = new GraphBuilder();
  const inputs = model.inputs.map(({ name, dtype, shape }) => b.input(name, dtype, shape));
  const parameters = names.map((name) => {
    const { dtype, shape } = model.parameters.get(name) ?? missing(name);
    return b.input(name, dtype, shape);
  });
  const { y = missing('y') } = model.build(b, named(inputs), named(parameters));
  const weights = Array.from({ length: sizeOf(y.shape) }, (_, i) => Math.cos(i));
  const loss = b.reduceSum(b.mul(y, b.constant(weights, y.dtype, y.shape)), { keepdims: false });
  const wrt = [...inputs.filter(({ dtype }) => isFloat(dtype)), ...parameters];
  b.output('output', y);
  for (const [i, gradient] of gradients(b, loss, wrt).entries()) b.output(`gradient.${wrt[i]?.name}`, gradient);
  return b.build();
}

function named(values: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(values.map((value) => [value.name, value]));
}

function missing(name: string): never {
  throw new Error(`The exported model has no "${name}".`);
}

/** Only what the exporter left alone can be compared by name: its optimiser folds weights into others. */
function results({ files, x, gradients: expected }: Case, style: string, run: Run) {
  const model = readOnnx(Buffer.from(files[style] ?? missing(style), 'base64'), { dimensions: { batch: 2 } });
  const names = style.endsWith('optimised') ? [] : [...expected.keys()].filter((name) => name !== 'x');
  const fed = model.inputs.map(({ dtype, shape }) => (dtype === 'i64' ? tensorOf('i64', shape, x.data) : x));
  const feeds = Object.fromEntries(names.map((name) => [name, model.parameters.get(name) ?? missing(name)]));
  return run(graphOf(model, names), { ...feeds, x: fed[0] ?? missing('x') });
}

/** The largest difference of any gradient, relative to the largest element of that gradient. */
async function ofGradients(example: Case, style: string, run: Run): Promise<number> {
  const outputs = await results(example, style, run);
  const compared = Object.entries(outputs).filter(([name]) => name.startsWith('gradient.'));
  if (compared.length === 0) throw new Error('There is no gradient to compare.');
  const differences = compared.map(([name, found]) => {
    const wanted = numbersOf(example.gradients.get(name.slice('gradient.'.length)) ?? missing(name));
    const largest = wanted.reduce((most, n) => Math.max(most, Math.abs(n)), 0);
    return largestDifference(found, { data: wanted }) / largest;
  });
  return differences.reduce(worse, 0);
}

async function ofOutputs(example: Case, style: string, run: Run): Promise<number> {
  const { output = missing('output') } = await results(example, style, run);
  return largestDifference(output, example.y);
}

/** NaN is worse than anything. */
function worse(a: number, b: number): number {
  return b <= a ? a : b;
}

/** A residual CNN, a transformer and a timm ViT, each as PyTorch's two exporters write it. */
export const onnxExports: readonly FidelityRow[] = Object.entries(cases).flatMap(([name, example]) =>
  Object.keys(example.files).flatMap((style): FidelityRow[] => {
    const row = { subject: `${name}, exported by PyTorch (${style})`, oracle: 'torch 2.15.0, f64' };
    const output = {
      ...row,
      quantity: 'output, f32 on the CPU',
      difference: 'absolute' as const,
      bound: 1e-4,
      measure: () => ofOutputs(example, style, onCpu),
    };
    const by = style.endsWith('optimised') ? 'the input' : 'every parameter and the input';
    // Token ids have no gradient.
    if (style.endsWith('optimised') && !example.gradients.has('x')) return [output];
    const gradient = { ...row, difference: 'relative' as const };
    return [
      output,
      {
        ...gradient,
        quantity: `gradient by ${by}, f64`,
        bound: 1e-5,
        measure: () => ofGradients(example, style, inF64),
      },
      {
        ...gradient,
        quantity: `gradient by ${by}, f32`,
        bound: 1e-4,
        measure: () => ofGradients(example, style, onCpu),
      },
    ];
  }),
);
