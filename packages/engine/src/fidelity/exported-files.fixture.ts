import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { encodeNetwork } from '../export/encode-network.js';
import { imageSubject, imagesFed } from '../export/image-subject.js';
import { rowsByFile } from '../export/measure.js';
import { textNetworkGraph } from '../export/network.js';
import { drawnImages, networks } from '../export/networks.fixture.js';
import { textDimensions, tokensFed } from '../export/text-subject.js';
import { numbersOf } from '../graph/tensor.js';
import { importHuggingFaceBert } from '../models/text/huggingface-bert.js';
import { type BertCase, bertCases, foreignText } from '../models/text/miniatures.fixture.js';
import { atLength, tokenCount } from '../models/text/sequence-length.js';
import { visionModel } from '../models/vision-model.js';
import { openOnnxFile } from '../runtime/onnx-file.js';
import { readFixture } from '../testing/oracle.fixture.js';
import type { FidelityRow } from './row.fixture.js';

const { evaluated } = readFixture(new URL('../export/fixtures/exported.json', import.meta.url), {
  evaluated: z.record(z.string(), z.array(z.array(z.number()))),
});

/** An exported file, run by onnxruntime, beside what ONNX's reference evaluator computes of the same file; of the largest logit. */
async function difference(name: string, precision: 'f32' | 'int8-dynamic'): Promise<number> {
  const parts = networks[name]?.();
  const right = evaluated[`${name} ${precision}`]?.flat() ?? [];
  if (parts === undefined || right.length === 0) throw new Error(`The fixture has no ${name} as ${precision}.`);
  const { bytes } = await encodeNetwork(imageSubject(parts, false), {
    ...{ precision, keep: [], reduceRange: false, metadata: {} },
  });
  const place = mkdtempSync(join(tmpdir(), 'stockpot-fidelity-'));
  try {
    writeFileSync(join(place, 'model.onnx'), bytes);
    const session = await openOnnxFile(join(place, 'model.onnx'), { threads: 1 });
    const image = visionModel(parts.architecture).imageShape;
    const count = evaluated[`${name} ${precision}`]?.length ?? 0;
    const size = image.reduce((product, n) => product * n, 1);
    const images = drawnImages(parts, 24).subarray(0, count * size);
    const { signal } = new AbortController();
    const found = await rowsByFile(session, imagesFed({ pixels: false, image }, images), null, { signal });
    await session.dispose();
    const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? Number.NaN))), 0);
    return worst / Math.max(...right.map(Math.abs));
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** In eight bits a number next to the middle of two steps may be rounded to either. */
const bounds = { f32: 1e-5, 'int8-dynamic': 2e-2 } as const;

export const exportedFileRows: readonly FidelityRow[] = [
  ...Object.keys(networks).flatMap((name) =>
    (['f32', 'int8-dynamic'] as const).map(
      (precision): FidelityRow => ({
        subject: `exported file, ${name}`,
        quantity: `logits, ${precision}`,
        oracle: 'onnx.reference 1.23.2',
        difference: 'relative',
        bound: bounds[precision],
        measure: () => difference(name, precision),
      }),
    ),
  ),
  ...bertCases.map(
    (one): FidelityRow => ({
      subject: `exported file, ${one.name}`,
      quantity: 'logits, f32, each text alone and without padding',
      oracle: 'transformers 5.23.0',
      difference: 'relative',
      bound: 1e-5,
      measure: () => textDifference(one),
    }),
  ),
];

/** An exported text model, run by onnxruntime on one text after the other, beside what transformers answered to a padded batch. */
async function textDifference(one: BertCase): Promise<number> {
  const { architecture, tensors } = await importHuggingFaceBert(foreignText(one));
  const { bytes } = await encodeNetwork(
    {
      dimensions: textDimensions,
      graph: ([texts = 1, tokens = 1]) => textNetworkGraph({ architecture, tensors }, [texts, tokens]),
    },
    { precision: 'f32', keep: [], reduceRange: false, metadata: {} },
  );
  const place = mkdtempSync(join(tmpdir(), 'stockpot-fidelity-'));
  try {
    writeFileSync(join(place, 'model.onnx'), bytes);
    const session = await openOnnxFile(join(place, 'model.onnx'), { threads: 1 });
    const found: number[] = [];
    for (const [row, ids] of one.ids.entries()) {
      const sequence = { ids, types: one.types[row] ?? [], mask: one.mask[row] ?? [] };
      const { logits } = await session.run(tokensFed([atLength(sequence, tokenCount(sequence))]));
      if (logits !== undefined) found.push(...numbersOf(logits));
    }
    await session.dispose();
    const right = numbersOf(one.logits);
    const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? Number.NaN))), 0);
    return found.length === right.length ? worst / Math.max(...right.map(Math.abs)) : Number.POSITIVE_INFINITY;
  } finally {
    rmSync(place, { recursive: true });
  }
}
