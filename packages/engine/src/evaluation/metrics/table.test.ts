import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../evaluation.js';
import { evaluationDocument } from '../evaluation-document.js';
import { anyPredictions } from '../predictions.fixture.js';
import { protocolOf } from '../protocol.fixture.js';
import { answerMetrics, inTableOrder, isMetricValue, metricNamed, metricTable } from './table.js';

const hash = 'a'.repeat(64);

test('whatever is answered, every number is of a row of the table and inside its range', () => {
  fc.assert(
    fc.property(anyPredictions({ classes: 9 }), ({ n, classes, logits, labels }) => {
      const protocol = protocolOf(n, { classes, ordered: true });
      const { evaluation } = evaluate(protocol, hash, Float32Array.from(logits), labels);
      for (const [name, value] of Object.entries(evaluation.further)) {
        expect(isMetricValue(name, value), `${name} = ${value}`).toBe(true);
      }
    }),
  );
});

test('an evaluation holds the numbers that its protocol names: top-5 of more than five classes, F1 of two', () => {
  const given = (classes: number) => {
    const logits = Float32Array.from({ length: 4 * classes }, (_, index) => Math.sin(index));
    const { evaluation } = evaluate(protocolOf(4, { classes }), hash, logits, Uint8Array.of(0, 1, 0, 1));
    return inTableOrder(Object.keys(evaluation.further));
  };
  expect(given(2)).toEqual(['adaptiveEce', 'f1', 'macroF1', 'matthews']);
  expect(given(3)).toEqual(['adaptiveEce', 'macroF1', 'matthews']);
  expect(given(6)).toEqual(['top5', 'adaptiveEce', 'macroF1', 'matthews']);
});

test('Spearman needs an order of classes: it is that of the expected class, and absent where a side is constant', () => {
  const ordered = (labels: number[], logits: number[]) =>
    evaluate(
      protocolOf(labels.length, { classes: 3, ordered: true }),
      hash,
      Float32Array.from(logits),
      Uint8Array.from(labels),
    ).evaluation.further.spearman;
  // Expected classes that rise with the labels, though the second answer is wrong.
  expect(ordered([0, 1, 2], [9, 0, 0, 1, 0, 0, 0, 0, 9])).toBeCloseTo(1, 12);
  expect(ordered([2, 1, 0], [9, 0, 0, 1, 0, 0, 0, 0, 9])).toBeCloseTo(-1, 12);
  expect(ordered([1, 1, 1], [9, 0, 0, 1, 0, 0, 0, 0, 9])).toBeUndefined();
});

test('a name that no row explains, or a value that its row forbids, is no evaluation', () => {
  const { evaluation } = evaluate(protocolOf(1, { classes: 2 }), hash, Float32Array.of(1, 0), Uint8Array.of(0));
  const message = (further: Record<string, number>) =>
    evaluationDocument.safeParse({ ...evaluation, further }).error?.issues[0]?.message;
  expect(message({ 'ce:fog': 71.2, 'auroc:energy': 0.9, mce: 130, relativeMce: -2 })).toBeUndefined();
  expect(message({ nonsense: 1 })).toBe("'nonsense' is no row of the table of metrics");
  expect(message({ ce: 1 })).toMatch(/no row/);
  expect(message({ 'top5:fog': 1 })).toMatch(/no row/);
  expect(message({ top5: 1.2 })).toBe("'top5' is 1.2, outside of its range");
  expect(metricNamed('ce:fog')?.title).toBe('CE, fog');
  expect(metricNamed('constructor')).toBeUndefined();
  expect(inTableOrder(['recallAt:10', 'ce:snow', 'recallAt:5', 'top1', 'ce:fog'])).toEqual([
    'top1',
    'ce:fog',
    'ce:snow',
    'recallAt:5',
    'recallAt:10',
  ]);
});

test('every row that predictions determine says so in words, and a protocol may name it', () => {
  for (const [name, { definition }] of Object.entries(answerMetrics)) {
    expect(metricTable[name as keyof typeof answerMetrics].definition).toBe(definition);
  }
});

test('the table and the documents of costs need nothing of Node and no package but zod, so that servers and pages may import them', () => {
  const foreign: string[] = [];
  const seen = new Set<string>();
  const visit = (url: URL) => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    for (const [, specifier = ''] of readFileSync(url, 'utf8').matchAll(
      /^(?:import|export) (?!type)[^;]*?from '([^']+)'/gms,
    )) {
      if (specifier.startsWith('.')) visit(new URL(specifier.replace(/\.js$/, '.ts'), url));
      else if (specifier !== 'zod') foreign.push(`${url.pathname} imports ${specifier}`);
    }
  };
  visit(new URL('../pure.ts', import.meta.url));
  expect(foreign).toEqual([]);
  expect(seen.size).toBeGreaterThan(10);
});
