/**
 * Every operator case as a file that ONNX's own checker, reference evaluator and runtime accepted (see test/oracles/onnx):
 * their hashes were noted, and today's files must still have them.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { interpret } from '../../runtime/reference/index.js';
import { type Graph, GraphBuilder, operatorNames, type Tensor } from '../index.js';
import { type OperatorCase, operatorCases, valuesOf } from '../operators/operator-cases.fixture.js';
import { encodeOnnx } from './index.js';
import { pack } from './packed-tensor.fixture.js';

const fixture = z
  .object({ versions: z.record(z.string(), z.string()), models: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL('./fixtures/checked-models.json', import.meta.url), 'utf8')));

/** Where to write the models for the oracle instead of comparing hashes. */
const folder = process.env.STOCKPOT_ONNX_MODELS;

interface Model {
  readonly name: string;
  readonly graph: Graph;
  readonly feeds: Record<string, Tensor>;
}

/** The graph as it was written, so that a rewrite cannot remove the operator that the case is about. */
function modelOf(operator: string, { title, inputs, build }: OperatorCase): Model {
  const b = new GraphBuilder();
  const values = inputs.map(({ dtype, shape }, i) => b.input(`x${i}`, dtype, shape));
  for (const [i, output] of valuesOf(build(b, ...values)).entries()) b.output(`y${i}`, output);
  return {
    name: `${operator}-${title.replaceAll(/[^a-z0-9]+/gi, '-')}`,
    graph: b.snapshot(),
    feeds: Object.fromEntries(inputs.map((input, i) => [`x${i}`, input])),
  };
}

describe('the ONNX file of every operator case is one that the ONNX checker passed', () => {
  for (const operator of operatorNames) {
    const models = operatorCases[operator].map((operatorCase) => modelOf(operator, operatorCase));
    test.each(models)('$name', ({ name, graph, feeds }) => {
      const bytes = encodeOnnx(graph);
      if (folder !== undefined) return writeForOracle(folder, name, bytes, feeds, interpret(graph, feeds));
      const hash = createHash('sha256').update(bytes).digest('hex');
      expect(hash, 'The file changed; run the oracle as test/oracles/onnx/README.md says.').toBe(fixture.models[name]);
    });
  }
});

function writeForOracle(
  into: string,
  name: string,
  bytes: Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
  outputs: Readonly<Record<string, Tensor>>,
): void {
  const packed = (tensors: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, pack(tensor)]));
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, `${name}.onnx`), bytes);
  writeFileSync(join(into, `${name}.json`), JSON.stringify({ feeds: packed(feeds), outputs: packed(outputs) }));
}
