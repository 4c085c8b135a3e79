import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { numbersOf } from '../graph/tensor.js';
import { importHuggingFaceBert } from '../models/text/huggingface-bert.js';
import { type BertCase, bertCases, foreignText } from '../models/text/miniatures.fixture.js';
import { atLength, tokenCount } from '../models/text/sequence-length.js';
import type { TokenSequence } from '../models/text/tokenizer.js';
import { openOnnxFile } from '../runtime/onnx-file.js';
import { encodeNetwork, type FilePrecision, PRECISIONS_OF_FILES } from './encode-network.js';
import { textNetworkGraph } from './network.js';
import { exactGroups, textDimensions, tokensFed } from './text-subject.js';

const place = mkdtempSync(join(tmpdir(), 'stockpot-export-text-'));
afterAll(() => rmSync(place, { recursive: true }));
const { signal } = new AbortController();

/** The batch of a case that transformers answered: its rows are padded to one length. */
function sequencesOf({ ids, types, mask }: BertCase): TokenSequence[] {
  return ids.map((row, i) => ({ ids: row, types: types[i] ?? [], mask: mask[i] ?? [] }));
}

async function written(one: BertCase, precision: FilePrecision, keep: readonly string[] = []) {
  const { architecture, tensors } = await importHuggingFaceBert(foreignText(one));
  const parts = { architecture, tensors };
  const sequences = sequencesOf(one).map((sequence) => atLength(sequence, tokenCount(sequence)));
  return encodeNetwork(
    {
      dimensions: textDimensions,
      graph: ([texts = 1, tokens = 1], half) => textNetworkGraph(parts, [texts, tokens], { half }),
    },
    {
      ...{ precision, keep, reduceRange: false, metadata: {} },
      calibration: { groups: exactGroups(sequences), rule: { rule: 'min-max' }, threads: 1, signal },
    },
  );
}

/** What a file answers to runs of sequences of one length each. */
async function answers(bytes: Uint8Array, runs: readonly (readonly TokenSequence[])[]): Promise<number[]> {
  const path = join(place, 'model.onnx');
  writeFileSync(path, bytes);
  const session = await openOnnxFile(path, { threads: 1 });
  const logits: number[] = [];
  for (const run of runs) {
    const outputs = await session.run(tokensFed(run));
    if (outputs.logits !== undefined) logits.push(...numbersOf(outputs.logits));
  }
  await session.dispose();
  return logits;
}

function worst(found: readonly number[], right: ArrayLike<number>): number {
  expect(found).toHaveLength(right.length);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? Number.NaN))), 0);
}

describe.each(bertCases.map((one) => [one.name, one] as const))('%s as a file', (_, one) => {
  const right = numbersOf(one.logits);
  const largest = Math.max(...right.map(Math.abs));

  test.each(PRECISIONS_OF_FILES)(
    '%s: answers as transformers does, any number of texts of any length',
    async (precision) => {
      const { bytes, batch, because } = await written(one, precision);
      expect([batch, because]).toEqual([null, null]);
      const bound = { f32: 1e-4, f16: 5e-3, 'int8-dynamic': 0.1, 'int8-static': 0.1 }[precision] * largest;
      const sequences = sequencesOf(one);
      expect(worst(await answers(bytes, [sequences]), right)).toBeLessThan(bound);
      // Alone, and without the padding that the others asked for.
      const alone = sequences.map((sequence) => [atLength(sequence, tokenCount(sequence))]);
      expect(new Set(alone.map(([sequence]) => sequence?.ids.length)).size).toBeGreaterThan(1);
      expect(worst(await answers(bytes, alone), right)).toBeLessThan(bound);
    },
  );

  test('in eight bits has its embeddings in eight bits too, unless told otherwise', async () => {
    const { architecture } = await importHuggingFaceBert(foreignText(one));
    const table = architecture.vocabulary * architecture.dim;
    const small = await written(one, 'int8-dynamic');
    const kept = await written(one, 'int8-dynamic', ['embeddings.word_embeddings.*']);
    const saved = kept.bytes.length - small.bytes.length;
    // Three bytes of four for each number, less a scale for each row and some nodes.
    expect(saved).toBeGreaterThan(3 * table - 4 * architecture.vocabulary - 600);
    const all = await written(one, 'int8-dynamic', ['*']);
    expect(worst(await answers(all.bytes, [sequencesOf(one)]), right)).toBeLessThan(1e-4 * largest);
  });
});
