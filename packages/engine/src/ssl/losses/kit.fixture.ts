/** @file Evaluates a loss on the reference interpreter in f64, with its gradients. Used by tests and fidelity rows. */
import { gradients } from '../../autodiff/gradients.js';
import { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { Tensor } from '../../graph/tensor.js';
import { numbersOf, tensor } from '../../graph/tensor.js';
import { interpret } from '../../runtime/reference/index.js';

export interface Matrix {
  readonly shape: readonly number[];
  readonly data: Float64Array<ArrayBuffer>;
}

/** The generator of the golden vectors: X[i, j] = sin(a·i + b·j + c). */
export function wave(rows: number, columns: number, a: number, b: number, c: number): Matrix {
  const data = Float64Array.from({ length: rows * columns }, (_, at) =>
    Math.sin(a * Math.floor(at / columns) + b * (at % columns) + c),
  );
  return { shape: [rows, columns], data };
}

export function scaled({ shape, data }: Matrix, factor: number): Matrix {
  return { shape, data: data.map((value) => value * factor) };
}

/** Every row divided by its length. */
export function unitRows({ shape, data }: Matrix): Matrix {
  const width = shape.at(-1) ?? 1;
  const result = data.slice();
  for (let start = 0; start < data.length; start += width) {
    const length = Math.hypot(...data.subarray(start, start + width));
    for (let i = start; i < start + width; i++) result[i] = (data[i] ?? 0) / length;
  }
  return { shape, data: result };
}

export interface Evaluated {
  readonly value: number;
  /** By each operand, in order. */
  readonly gradients: readonly Float64Array[];
}

export type LossOf = (b: GraphBuilder, operands: readonly Value[]) => Value;

/** A loss as a function of f64 operands; the graph is built once. Operands that it does not depend on are refused. */
export function lossFunction(build: LossOf, shapes: readonly (readonly number[])[], differentiate = true) {
  const b = new GraphBuilder();
  const operands = shapes.map((shape, i) => b.input(`x${i}`, 'f64', shape));
  const loss = build(b, operands);
  b.output('loss', loss);
  if (differentiate) {
    for (const [i, gradient] of gradients(b, loss, operands).entries()) b.output(`gradient.${i}`, gradient);
  }
  const graph = b.build();
  return (inputs: readonly Matrix[]): Evaluated => {
    const feeds: Record<string, Tensor> = Object.fromEntries(
      inputs.map(({ shape, data }, i) => [`x${i}`, tensor('f64', shape, data)]),
    );
    const outputs = interpret(graph, feeds);
    const numbers = (name: string) => {
      const output = outputs[name];
      if (output === undefined) throw new Error(`The graph has no output ${name}.`);
      return numbersOf(output);
    };
    return {
      value: numbers('loss')[0] ?? Number.NaN,
      gradients: differentiate ? inputs.map((_, i) => numbers(`gradient.${i}`)) : [],
    };
  };
}

/** The value of a loss at f64 operands. */
export function lossAt(build: LossOf, inputs: readonly Matrix[]): number {
  return lossFunction(
    build,
    inputs.map(({ shape }) => shape),
    false,
  )(inputs).value;
}

export function evaluateLoss(build: LossOf, inputs: readonly Matrix[]): Evaluated {
  return lossFunction(
    build,
    inputs.map(({ shape }) => shape),
  )(inputs);
}

/** Largest |analytic − central difference|, relative to the largest of 1 and the gradient, over every element. */
export function finiteDifferenceError(build: LossOf, inputs: readonly Matrix[], step = 1e-5): number {
  const loss = lossFunction(
    build,
    inputs.map(({ shape }) => shape),
  );
  const { gradients: analytic } = loss(inputs);
  const size = Math.max(1, ...analytic.map((gradient) => Math.max(...gradient.map(Math.abs))));
  let worst = 0;
  for (const [operand, { shape, data }] of inputs.entries()) {
    for (let at = 0; at < data.length; at++) {
      const moved = (by: number) => {
        const copy = data.slice();
        copy[at] = (copy[at] ?? 0) + by;
        return loss(inputs.map((input, i) => (i === operand ? { shape, data: copy } : input))).value;
      };
      const difference = (moved(step) - moved(-step)) / (2 * step);
      worst = Math.max(worst, Math.abs(difference - (analytic[operand]?.[at] ?? Number.NaN)) / size);
    }
  }
  return worst;
}
