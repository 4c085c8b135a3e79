import type { TextArchitecture } from '../../models/text/architecture.js';
import { atLength, networkLength, tokenCount } from '../../models/text/sequence-length.js';
import { textModel } from '../../models/text/text-model.js';
import type { TokenSequence } from '../../models/text/tokenizer.js';
import { tokenFeeds, tokenInputs } from '../../training/text-classification.js';
import { textNetwork } from '../../training/text-inference.js';
import type { Shown } from './shown.js';

/** Texts as the tokens that a text model reads; their size is the number of tokens. Rows beyond them are the last text again. */
export function shownTexts(architecture: TextArchitecture, sequences: readonly TokenSequence[]): Shown {
  const model = textModel(architecture);
  const cut = sequences[0]?.ids.length ?? model.positions;
  const at = (places: readonly number[]) => places.flatMap((place) => sequences[place] ?? []);
  return {
    model: {
      parameters: model.parameters,
      head: (classes) => model.head(classes),
      inputs: tokenInputs,
      features: (b, values, input) =>
        model.features(b, values, { ids: input('ids'), types: input('types'), mask: input('mask') }),
      logits: (b, values, input) => {
        const tokens = { ids: input('ids'), types: input('types'), mask: input('mask') };
        return model.classify(b, values, model.features(b, values, tokens));
      },
    },
    examples: {
      count: sequences.length,
      sizes: sequences.map(tokenCount),
      roomFor: (size) => networkLength(size, cut),
      async feeds(places, size, rows = places.length) {
        const some = at(places);
        const last = some.slice(-1);
        const filled = [...some, ...Array.from({ length: rows - some.length }, () => last).flat()];
        return tokenFeeds(filled.map((sequence) => atLength(sequence, size)));
      },
    },
    async extractor(tensors, { device = 'cpu', ...options }) {
      const network = await textNetwork(tensors, architecture, { gives: 'features', device, ...options });
      return {
        width: network.width,
        of: (places) => network.run(at(places)),
        [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
      };
    },
  };
}
