/** @file A folder with a BERT of random weights as transformers saves it, and reviews that it learns to tell apart. Tests only. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSafetensors } from '../../checkpoints/safetensors.js';
import { initialise } from '../initialise.js';
import { type BertArchitecture, bertArchitectureSchema } from './architecture.js';
import { exportHuggingFaceBert } from './huggingface-bert.js';
import { tokenizerFixture } from './miniatures.fixture.js';
import { textModel } from './text-model.js';
import { openTokenizer } from './tokenizer.js';

/** One layer of 16 numbers with the vocabulary of the tokenizer's fixture, unless told otherwise. */
export function bertMicro(change: Partial<BertArchitecture> = {}): BertArchitecture {
  const { vocabulary } = openTokenizer('fixture', tokenizerFixture.tokenizer, tokenizerFixture.config);
  const widths = { positions: 24, types: 2, dim: 16, depth: 1, heads: 2, mlp: 32, layerNormEpsilon: 1e-12 };
  return bertArchitectureSchema.parse({ family: 'bert', vocabulary, ...widths, ...change });
}

/** Writes the checkpoint of such a model with its tokenizer. */
export async function writeBertMicro(folder: string, architecture = bertMicro()): Promise<void> {
  const drawn = [...initialise(textModel(architecture).parameters, 5)].map(
    ([name, { shape, data }]) => [name, { dtype: 'f32' as const, shape, data }] as const,
  );
  const { tensors, config } = exportHuggingFaceBert({ architecture, tensors: new Map(drawn), classes: null });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensors, { format: 'pt' }));
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'tokenizer.json'), tokenizerFixture.tokenizer);
  await writeFile(join(folder, 'tokenizer_config.json'), tokenizerFixture.config);
}

const SUBJECTS = ['The soup', 'This film', 'The dog', 'A model', 'The weights', 'The ingredient', 'It', 'The average'];

/** A table of reviews that say 'better' or 'lazy', and otherwise the same. */
export function reviews(n: number, offset: number): string {
  const rows = Array.from({ length: n }, (_, index) => {
    const good = (index + offset) % 2 === 0;
    const subject = SUBJECTS[Math.floor((index + offset) / 2) % SUBJECTS.length];
    return `"${subject} is ${good ? 'better' : 'lazy'}, ${index + offset} times.",${good ? 'good' : 'bad'}`;
  });
  return ['text,label', ...rows].join('\n');
}
