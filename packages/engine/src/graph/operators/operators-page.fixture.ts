/** @file docs/operators.md, written from the tables; operators-page.test.ts holds the page to them. */
import { gradientTable } from '../../autodiff/index.js';
import { webgpuRules } from '../../runtime/webgpu/rules.js';
import { NEWEST_OPSET, OLDEST_OPSET } from '../onnx/model.js';
import { nodeReaders, refusals } from '../onnx/readers/index.js';
import type { OperatorDefinition } from './definition.js';
import { type OperatorName, operatorNames, operators } from './index.js';

export function operatorsPage(): string {
  return `${[...introduction, ...table(), ...reading(), ...refused()].join('\n')}\n`;
}

const introduction = [
  '# Operators',
  '',
  'What graphs are made of, what of it can be trained, and which ONNX files are understood. This page is written from the',
  'tables in `packages/engine/src/graph`; `npm run operators -w @stockpot/engine` writes it, a test holds it to them.',
  '',
  'Every operator has an implementation in plain f64 (`runtime/reference`), written from the ONNX specification. Tests compare',
  'every gradient with finite differences of it, and every device with it, over broadcasting and edge shapes.',
  '',
];

function table(): string[] {
  return [
    '## The operators of the graph',
    '',
    'Every one of them runs on the CPU, in f32 and f16. The last column is what the WebGPU provider of onnxruntime needs help with;',
    'nothing is left to the CPU there.',
    '',
    '| operator | ONNX | gradient | on WebGPU |',
    '| --- | --- | --- | --- |',
    ...operatorNames.map((name) => `| ${name} | ${onnxOf(name)} | ${gradientOf(name)} | ${webgpuOf(name)} |`),
    '',
    'Written with these, because a device or the file format lacks them: `logSoftmax`, `quickGelu`, `rmsNormalization`,',
    '`batchNormalizationTraining` (the statistics of the batch; the running ones come back as values), and resizing',
    '(`graph/interpolation.ts`), which is a product with a constant matrix.',
    '',
  ];
}

function onnxOf(name: OperatorName): string {
  const { onnx, writeOnly }: Pick<OperatorDefinition<never>, 'onnx' | 'writeOnly'> = operators[name];
  return writeOnly ? `written as ${onnx.type}` : `since ${onnx.since}`;
}

function gradientOf(name: OperatorName): string {
  const row = gradientTable[name];
  return typeof row === 'function' ? 'yes' : `no: ${row.notDifferentiable}`;
}

function webgpuOf(name: OperatorName): string {
  const { because, missing }: { because?: string; missing?: unknown } = webgpuRules[name];
  const help = because === undefined ? 'kernel' : `written with others: ${because}`;
  return missing === undefined ? help : `${help} Some cases are refused.`;
}

function reading(): string[] {
  const own = operatorNames
    .map((name): OperatorDefinition<never>['onnx'] & { writeOnly: boolean } => {
      const { onnx, writeOnly }: Pick<OperatorDefinition<never>, 'onnx' | 'writeOnly'> = operators[name];
      return { ...onnx, writeOnly: writeOnly === true || name === 'Loop' };
    })
    .filter(({ domain, writeOnly }) => domain === '' && !writeOnly)
    .map(({ type }) => type);
  const standard = [...new Set([...own, ...Object.keys(nodeReaders[''] ?? {}), 'If'])].sort();
  const contrib = Object.keys(nodeReaders['com.microsoft'] ?? {}).sort();
  return [
    '## Reading ONNX files',
    '',
    '```ts',
    "const model = await readOnnxFile('model.onnx', { dimensions: { batch: 16 } });",
    'model.parameters; // the initialisers that can be trained, by name',
    'const { logits } = model.build(b, { images }, parameters); // into any graph; parameters may be fed values',
    'await writeFile(out, encodeOnnx(modelGraph(model, trained))); // a file again, with the names it came with',
    '```',
    '',
    `Opsets ${OLDEST_OPSET} to ${NEWEST_OPSET}, in the forms that each of them has (softmax over all later axes up to 12, axes as attributes or inputs, …).`,
    'Every shape is static: sizes that a file leaves open are given by name or place, and what exporters compute about shapes',
    '(`Shape`, `Gather`, `Concat`, `Range`, …) is computed while the file is read. `If` with a condition about shapes takes its branch;',
    'functions of the file are written out. Tensors in other files are read from the folder of the model, never from outside of it.',
    '',
    'Running means and variances of batch normalisation are no parameters. Some exporters write the numbers of their formulas as initialisers',
    'too, and transposed weights under names of their own: freeze by name what must not change. Dropout passes its operand on, in training files too: random',
    'masks are no part of a graph that gives the same numbers in every run.',
    '',
    `Understood: ${standard.join(', ')}.`,
    '',
    `Of onnxruntime's own domain (\`com.microsoft\`): ${contrib.join(', ')}.`,
    '',
  ];
}

function refused(): string[] {
  const reasons = new Map<string, string[]>();
  for (const [type, { because, advice }] of Object.entries(refusals)) {
    const reason = `It ${because}. ${advice}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), type]);
  }
  return [
    'Refused by name, with the reason; any other operator is refused as unknown:',
    '',
    '| operators | why, and what to do |',
    '| --- | --- |',
    ...[...reasons].map(([reason, types]) => `| ${types.join(', ')} | ${reason} |`),
  ];
}
