import { sizeOf } from '../graph/shape.js';
import { type Tensor, tensorOf } from '../graph/tensor.js';
import { canonicalJson } from '../json.js';
import { atLength, networkLength, tokenCount } from '../models/text/sequence-length.js';
import { exportTextCheckpoint } from '../models/text/text-checkpoint.js';
import { type TextModel, textModel } from '../models/text/text-model.js';
import type { Tokenizer, TokenSequence } from '../models/text/tokenizer.js';
import { textAnswers } from '../steps/text/answer-text.js';
import { sequenceLength, tokensOf } from '../steps/text/text-data.js';
import { tokenFeeds } from '../training/text-classification.js';
import { ExportError } from './errors.js';
import type { ExportExamples, TextExamples } from './examples.js';
import type { FedGroup, FedRun } from './fed.js';
import { type TextParts, TOKEN_INPUTS, textNetworkGraph } from './network.js';
import type { Opened } from './open-dimensions.js';
import type { ExportSubject, TextInput } from './subject.js';

/** Tokens of a text that a file is timed with. */
const TIMED = 32;
/** Fewer positions than this cannot be cut at two lengths. */
const LEAST_POSITIONS = 4;

/** What a file of a text model leaves open. */
export const textDimensions: readonly Opened[] = [
  { name: 'batch', sizes: [2, 5], words: 'the number of texts' },
  { name: 'sequence', sizes: [LEAST_POSITIONS - 1, LEAST_POSITIONS - 2], words: 'the number of tokens' },
];

/** A text model with its tokenizer, and the files that came with them. */
export interface ReadableTextParts extends TextParts {
  readonly tokenizer: Tokenizer;
  /** As its checkpoint has it. */
  readonly described: ReadonlyMap<string, string>;
}

/** Sequences of one length as a file takes them. */
export function tokensFed(sequences: readonly TokenSequence[]): FedRun['feeds'] {
  const { ids, types, mask } = tokenFeeds(sequences);
  const seen: Tensor = tensorOf('i64', mask.shape, [...mask.data].map(Number));
  return { [TOKEN_INPUTS.ids]: ids, [TOKEN_INPUTS.mask]: seen, [TOKEN_INPUTS.types]: types };
}

/** A text model as a file, whose batch and whose length are open. Throws ExportError for one of next to no positions. */
export function textSubject(parts: ReadableTextParts): ExportSubject {
  const { architecture, tensors, tokenizer, described } = parts;
  const model = textModel(architecture);
  const { positions } = model;
  if (positions < LEAST_POSITIONS) {
    throw new ExportError(
      `The model reads ${positions} tokens at most, special ones included, which is no text.`,
      `Export a model of ${LEAST_POSITIONS} positions or more.`,
    );
  }
  const cut = sequenceLength(model);
  const input: TextInput = { name: TOKEN_INPUTS.ids, names: Object.values(TOKEN_INPUTS), positions, cut };
  return {
    unit: { one: 'text', many: 'texts' },
    tensors,
    input,
    dimensions: textDimensions,
    graph: ([texts = 1, tokens = 1], half) => textNetworkGraph(parts, [texts, tokens], { half }),
    async fed(examples, signal) {
      const sequences = await sequencesOf(examples, { tokenizer, model }, signal);
      return {
        n: sequences.length,
        async *runs(most) {
          // Padded to lengths of which there are few, as who serves texts does: the file's mask is tried, too.
          for (const [length, places] of byLength(sequences, (tokens) => networkLength(tokens, cut))) {
            for (let from = 0; from < places.length; from += most) {
              const some = places.slice(from, from + most);
              yield { places: some, feeds: tokensFed(chosen(sequences, some, length)) };
            }
          }
        },
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
    async groups(examples, most, signal) {
      const sequences = (await sequencesOf(examples, { tokenizer, model }, signal)).slice(0, most);
      return exactGroups(sequences);
    },
    async answers(examples, { threads, signal, onProgress }) {
      const sequences = await sequencesOf(examples, { tokenizer, model }, signal);
      const found: number[] = [];
      const run = { threads, device: 'cpu' as const, signal };
      for await (const { classes, logits } of textAnswers(tensors, architecture, sequences, run)) {
        for (const logit of logits) found.push(logit);
        onProgress?.(found.length / classes);
      }
      return Float32Array.from(found);
    },
    sample(texts) {
      const shape = [texts, Math.min(TIMED, positions)];
      const numbers = (of: (i: number) => number) =>
        tensorOf(
          'i64',
          shape,
          Array.from({ length: sizeOf(shape) }, (_, i) => of(i)),
        );
      return {
        [TOKEN_INPUTS.ids]: numbers((i) => i % architecture.vocabulary),
        [TOKEN_INPUTS.mask]: numbers(() => 1),
        [TOKEN_INPUTS.types]: numbers(() => 0),
      };
    },
    sampleWords: ` of ${Math.min(TIMED, positions)} tokens`,
    files: () => exportTextCheckpoint({ tensors, metadata: described }, 'The model').files,
    metadata: { 'stockpot.architecture': canonicalJson(architecture) },
    card: {
      pipeline: 'text-classification',
      takes: `${input.names.map((name) => `\`${name}\``).join(', ')} i64 [batch, sequence], of up to ${positions} tokens`,
      use: (output) => howToUse(input, output),
    },
  };
}

/** Sequences in groups of one number of tokens, without padding: ranges are those of what is read. */
export function exactGroups(sequences: readonly TokenSequence[]): readonly FedGroup[] {
  return [...byLength(sequences, (tokens) => tokens)].map(([length, places]) => ({
    n: places.length,
    sizes: (texts) => [texts, length],
    at: (from, to) => tokensFed(chosen(sequences, places.slice(from, to), length)),
  }));
}

function chosen(sequences: readonly TokenSequence[], places: readonly number[], length: number): TokenSequence[] {
  return places.flatMap((place) => sequences[place] ?? []).map((sequence) => atLength(sequence, length));
}

function byLength(
  sequences: readonly TokenSequence[],
  lengthOf: (tokens: number) => number,
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [place, sequence] of sequences.entries()) {
    const length = lengthOf(tokenCount(sequence));
    const places = found.get(length) ?? [];
    places.push(place);
    found.set(length, places);
  }
  return found;
}

async function sequencesOf(
  examples: ExportExamples,
  reader: { readonly tokenizer: Tokenizer; readonly model: TextModel },
  signal: AbortSignal,
): Promise<readonly TokenSequence[]> {
  const { texts, positions } = ofTexts(examples);
  return await tokensOf(texts, reader, signal, positions);
}

function ofTexts(examples: ExportExamples): TextExamples {
  if (examples.kind === 'texts') return examples;
  throw new ExportError(`The model reads texts, and these are images: ${examples.words}.`, 'Name data of text.');
}

function howToUse({ positions, cut }: TextInput, output: 'logits' | 'features'): string[] {
  return [
    'Texts become tokens by `tokenizer.json`, which `transformers` reads with `tokenizer_config.json`. The batch and the length are',
    `open: a text has up to ${positions} tokens, special ones included. Scores were taken on texts cut at ${cut}. Padding is 0 in \`attention_mask\`.`,
    '',
    '```python',
    'import json, onnxruntime',
    'from transformers import AutoTokenizer',
    '',
    'tokenizer = AutoTokenizer.from_pretrained(".")',
    `tokens = tokenizer(["a text", "another one"], padding=True, truncation=True, max_length=${cut}, return_tensors="np")`,
    'session = onnxruntime.InferenceSession("model.onnx")',
    'feeds = {one.name: tokens[one.name].astype("int64") for one in session.get_inputs()}',
    `${output} = session.run(["${output}"], feeds)[0]`,
    ...(output === 'logits'
      ? ['labels = json.load(open("config.json"))["id2label"]', 'print([labels[str(row.argmax())] for row in logits])']
      : ['print(features.shape)']),
    '```',
    '',
    'Of a text and its pair, give both: `tokenizer(texts, pairs, …)`.',
    '',
    '```ts',
    "import { InferenceSession, Tensor } from 'onnxruntime-node';",
    '',
    "const session = await InferenceSession.create('model.onnx');",
    '// ids, types, mask: a number for each token of a text, from a tokenizer such as @huggingface/tokenizers.',
    "const tensor = (numbers: number[]) => new Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, numbers.length]);",
    `const { ${output} } = await session.run({`,
    '  input_ids: tensor(ids),',
    '  attention_mask: tensor(mask),',
    '  token_type_ids: tensor(types),',
    '});',
    '```',
  ];
}
