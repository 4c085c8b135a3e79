/** @file The cases of an operator as one graph, with their gradients, so that backward graphs meet every device too. */
import { gradients } from '../autodiff/index.js';
import { gradientTable } from '../autodiff/table.js';
import { isFloat } from '../graph/dtype.js';
import { type Graph, GraphBuilder, numbersOf, type OperatorName, type Tensor, type Value } from '../graph/index.js';
import { type OperatorCase, valuesOf } from '../graph/operators/operator-cases.fixture.js';

/** Inputs and outputs carry the title of their case. */
export function operatorGraph(
  operator: OperatorName,
  cases: readonly OperatorCase[],
): { readonly graph: Graph; readonly feeds: Record<string, Tensor> } {
  const b = new GraphBuilder();
  const feeds: Record<string, Tensor> = {};
  for (const { title, inputs, build } of cases) {
    const values = inputs.map((tensor, i) => {
      const name = `${title}: operand ${i}`;
      feeds[name] = tensor;
      return b.input(name, tensor.dtype, tensor.shape);
    });
    const outputs = valuesOf(build(b, ...values));
    for (const [i, output] of outputs.entries()) b.output(`${title}: result ${i}`, output);
    const wrt = values.filter(({ dtype }) => isFloat(dtype));
    const losses = outputs
      .filter(({ dtype }) => dtype === 'f32')
      .map((output) => b.reduceSum(b.mul(output, output), { keepdims: false }));
    const [first, ...rest] = losses;
    if (typeof gradientTable[operator] !== 'function' || first === undefined || wrt.length === 0) continue;
    const loss = rest.reduce((sum: Value, next) => b.add(sum, next), first);
    for (const [i, gradient] of gradients(b, loss, wrt).entries()) b.output(`${title}: gradient ${i}`, gradient);
  }
  return { graph: b.build(), feeds };
}

/** Where two results differ most, relative to the larger of 1 and what is right; null when nowhere by more than `bound`. */
export function worstDifference(
  graph: Graph,
  found: Readonly<Record<string, Tensor>>,
  right: Readonly<Record<string, Tensor>>,
  bound: number,
): string | null {
  let worst = bound;
  let where: string | null = null;
  for (const { name, value } of graph.outputs) {
    const [left, wanted] = [found[name], right[name]];
    if (left === undefined || wanted === undefined) return `${name} is missing`;
    if (left.dtype !== value.dtype || left.shape.join() !== value.shape.join()) {
      return `${name} is ${left.dtype}[${left.shape}], not ${value.dtype}[${value.shape}]`;
    }
    const expected = numbersOf(wanted);
    for (const [i, number] of numbersOf(left).entries()) {
      const correct = expected[i] ?? Number.NaN;
      const error = number === correct ? 0 : Math.abs(number - correct) / Math.max(1, Math.abs(correct));
      if (error < worst) continue;
      if (Number.isNaN(error) && Number.isNaN(correct)) continue;
      worst = error;
      where = `${name}[${i}] is ${number} where ${correct} is right: ${error}`;
    }
  }
  return where;
}
