import type { Graph } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import type { ExportExamples } from './examples.js';
import type { Fed, FedGroup, FedRun } from './fed.js';
import type { Opened } from './open-dimensions.js';

/** How the input of a file of a model of images is laid out. */
export interface ImageInput {
  readonly name: 'images' | 'pixels';
  readonly pixels: boolean;
  /** [c, h, w] */
  readonly image: readonly [number, number, number];
}

/** How the inputs of a file of a text model are laid out: sequences of tokens, as long as one likes up to `positions`. */
export interface TextInput {
  readonly name: 'input_ids';
  /** All of them, each i64 [batch, sequence]. */
  readonly names: readonly string[];
  readonly positions: number;
  /** Tokens at which texts are cut when the accuracy is measured. */
  readonly cut: number;
}

export type SubjectInput = ImageInput | TextInput;

/** What computes answers, and how it is stopped. */
export interface AnswerOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/** A model that is written as a file: all that differs between images and texts. */
export interface ExportSubject {
  /** What examples are called. */
  readonly unit: { readonly one: string; readonly many: string };
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly input: SubjectInput;
  /** The dimensions of the inputs that a file leaves open where it can. */
  readonly dimensions: readonly Opened[];
  /** The network for a size of each of them. */
  graph(sizes: readonly number[], half: boolean): Graph;
  /** Examples as the file takes them. Throws ExportError for examples of another kind. */
  fed(examples: ExportExamples, signal: AbortSignal): Promise<Fed>;
  /** At most so many of the examples, in groups of one shape. */
  groups(examples: ExportExamples, most: number, signal: AbortSignal): Promise<readonly FedGroup[]>;
  /** What the engine that trained and scored the model answers to the examples: logits [n, classes]. */
  answers(examples: ExportExamples, options: AnswerOptions): Promise<Float32Array>;
  /** Something to time the file with. */
  sample(examples: number): FedRun['feeds'];
  /** What a sample is, where its length matters: 'of 32 tokens'. */
  readonly sampleWords: string;
  /** Texts of the files beside the network that say how examples are prepared, and what the classes are. */
  files(classes: readonly string[] | null): Readonly<Record<string, string>>;
  /** What the file says of itself, beside what all say. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the model card: its pipeline, what it takes, and how it is used. */
  readonly card: {
    readonly pipeline: string;
    readonly takes: string;
    use(output: 'logits' | 'features'): readonly string[];
  };
}
