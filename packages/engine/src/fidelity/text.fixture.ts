import {
  bertCases,
  bertGradientDifference,
  computedBert,
  computedSentences,
  sentences,
  tokenizerFixture,
} from '../models/text/miniatures.fixture.js';
import { openTokenizer } from '../models/text/tokenizer.js';
import { largestDifference } from '../testing/oracle.fixture.js';
import type { FidelityRow } from './row.fixture.js';

const oracle = 'transformers 5.23.0';

/** The text encoder beside transformers, the tokenizer beside tokenizers (Rust). */
export const textRows: readonly FidelityRow[] = [
  ...bertCases.flatMap((one): FidelityRow[] => [
    {
      subject: one.name,
      quantity: 'logits, f32',
      oracle,
      difference: 'absolute',
      bound: 1e-4,
      measure: async () => {
        const { logits } = await computedBert(one, 'f32');
        return logits === undefined ? Number.POSITIVE_INFINITY : largestDifference(logits, one.logits);
      },
    },
    {
      subject: one.name,
      quantity: 'gradient of every parameter, f64',
      oracle,
      difference: 'relative',
      bound: 1e-5,
      measure: () => bertGradientDifference(one, 'f64'),
    },
    {
      subject: one.name,
      quantity: 'gradient of every parameter, f32',
      oracle,
      difference: 'relative',
      bound: 1e-4,
      measure: () => bertGradientDifference(one, 'f32'),
    },
  ]),
  {
    subject: 'BERT, mean of the tokens',
    quantity: 'features, f32',
    oracle,
    difference: 'absolute',
    bound: 1e-4,
    measure: async () => largestDifference(await computedSentences(), sentences.features),
  },
  {
    subject: `WordPiece, ${tokenizerFixture.cases.length} texts`,
    quantity: 'token ids that differ',
    oracle: 'tokenizers 0.23.3',
    difference: 'absolute',
    bound: 0,
    measure: () => {
      const tokenizer = openTokenizer('fixture', tokenizerFixture.tokenizer, tokenizerFixture.config);
      let wrong = 0;
      for (const { text, pair, length, ids } of tokenizerFixture.cases) {
        const found = tokenizer.encode(text, pair, length).ids;
        wrong += ids.filter((id, at) => id !== found[at]).length + Math.abs(ids.length - found.length);
      }
      return wrong;
    },
  },
];
