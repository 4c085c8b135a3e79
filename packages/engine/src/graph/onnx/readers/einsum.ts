import type { GraphBuilder } from '../../builder.js';
import type { Value } from '../../graph.js';
import { sizeOf } from '../../shape.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';

/** A value whose axes are labelled. */
interface Term {
  readonly value: Value;
  readonly labels: readonly string[];
}

/**
 * Einsum as transposes, reshapes and products of matrices: the operands are joined two by two from the left. Labels that
 * both have and nothing needs later are summed over in the product.
 */
function einsum(node: OnnxNode): Value {
  const { b } = node;
  const equation = node.string('equation').replaceAll(/\s/g, '');
  const [left = '', right] = equation.split('->');
  const values = node.inputs();
  const parts = left.split(',');
  if (parts.length !== values.length) return node.unsupported(`has ${values.length} operands for "${equation}"`);
  const terms = values.map((value, i) => labelled(node, value, parts[i] ?? '', equation));
  const output = right === undefined ? implicit(terms) : labelsOf(node, right, widest(terms), equation);
  const sized = stretched(b, terms);
  const [first, ...rest] = sized;
  if (first === undefined) return node.unsupported('has no operands');
  const joined = rest.reduce((term, next, i) => {
    const later = new Set([...output, ...rest.slice(i + 1).flatMap(({ labels }) => labels)]);
    return product(b, term, next, later);
  }, first);
  const reduced = summed(b, joined, new Set(output));
  const perm = output.map((label) => reduced.labels.indexOf(label));
  if (perm.includes(-1)) return node.unsupported(`has labels after the arrow of "${equation}" that are not before it`);
  return b.transpose(reduced.value, { perm });
}

/** The labels of one part of the equation; an ellipsis becomes labels of its own, counted from the last. */
function labelsOf(node: OnnxNode, part: string, ellipsis: number, equation: string): string[] {
  const [before = '', after] = part.split('...');
  const free = after === undefined ? [] : Array.from({ length: ellipsis }, (_, i) => `.${ellipsis - i}`);
  const labels = [...before, ...free, ...(after ?? '')];
  if (new Set(labels).size !== labels.length) return node.unsupported(`takes a diagonal in "${equation}"`);
  return labels;
}

function labelled(node: OnnxNode, value: Value, part: string, equation: string): Term {
  const named = part.replace('...', '').length;
  const labels = labelsOf(node, part, value.shape.length - named, equation);
  if (labels.length !== value.shape.length) {
    return node.unsupported(`has an operand of ${value.shape.length} axes for "${part}"`);
  }
  return { value, labels };
}

/** How many axes the ellipsis stands for. */
function widest(terms: readonly Term[]): number {
  return Math.max(0, ...terms.map(({ labels }) => labels.filter((label) => label.startsWith('.')).length));
}

/** Without an arrow: the ellipsis, then the labels that occur once, in alphabetical order. */
function implicit(terms: readonly Term[]): string[] {
  const all = terms.flatMap(({ labels }) => labels);
  const free = Array.from({ length: widest(terms) }, (_, i) => `.${widest(terms) - i}`);
  const once = [...new Set(all)].filter(
    (label) => !label.startsWith('.') && all.indexOf(label) === all.lastIndexOf(label),
  );
  return [...free, ...once.sort()];
}

/** Axes of size 1 repeat where another operand has more under the same label. */
function stretched(b: GraphBuilder, terms: readonly Term[]): Term[] {
  const sizes = new Map<string, number>();
  for (const { value, labels } of terms) {
    for (const [i, label] of labels.entries()) sizes.set(label, Math.max(sizes.get(label) ?? 1, value.shape[i] ?? 1));
  }
  return terms.map(({ value, labels }) => {
    const shape = labels.map((label) => sizes.get(label) ?? 1);
    return { labels, value: shape.every((n, i) => n === value.shape[i]) ? value : b.expand(value, shape) };
  });
}

/** The term summed over every label that is not needed. */
function summed(b: GraphBuilder, { value, labels }: Term, needed: ReadonlySet<string>): Term {
  const axes = labels.flatMap((label, i) => (needed.has(label) ? [] : [i]));
  if (axes.length === 0) return { value, labels };
  return { value: b.reduceSum(value, { axes, keepdims: false }), labels: labels.filter((label) => needed.has(label)) };
}

function product(b: GraphBuilder, left: Term, right: Term, later: ReadonlySet<string>): Term {
  const a = summed(b, left, new Set([...later, ...right.labels]));
  const c = summed(b, right, new Set([...later, ...left.labels]));
  const shared = a.labels.filter((label) => c.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const inner = shared.filter((label) => !later.has(label));
  const alone = ({ labels }: Term) => labels.filter((label) => !shared.includes(label));
  const [rows, columns] = [alone(a), alone(c)];
  const matrix = (term: Term, first: readonly string[], second: readonly string[]) => {
    const order = [...batch, ...first, ...second];
    const turned = b.transpose(term.value, { perm: order.map((label) => term.labels.indexOf(label)) });
    const size = (labels: readonly string[]) =>
      sizeOf(labels.map((label) => term.value.shape[term.labels.indexOf(label)] ?? 1));
    return b.reshape(turned, [...turned.shape.slice(0, batch.length), size(first), size(second)]);
  };
  const joined = b.matMul(matrix(a, rows, inner), matrix(c, inner, columns));
  const shapeOf = ({ value, labels }: Term, wanted: readonly string[]) =>
    wanted.map((label) => value.shape[labels.indexOf(label)] ?? 1);
  const shape = [...shapeOf(a, batch), ...shapeOf(a, rows), ...shapeOf(c, columns)];
  return { value: b.reshape(joined, shape), labels: [...batch, ...rows, ...columns] };
}

export const einsums: Readonly<Record<string, NodeReader>> = {
  Einsum: { attributes: ['equation'], read: einsum },
};
