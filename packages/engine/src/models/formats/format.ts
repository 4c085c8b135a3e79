import { z } from 'zod';
import type { Preprocessing } from '../../data/preprocessing.js';
import type { Tensor } from '../../graph/tensor.js';
import type { ParameterTable } from '../parameters.js';
import type { VitArchitecture } from '../vit/architecture.js';

export const FORMAT_NAMES = [
  'timm',
  'huggingface-vit',
  'huggingface-vit-mae',
  'huggingface-clip',
  'huggingface-dinov2',
  'openai-clip',
  'dinov2',
  'moco-v3',
  'mae',
] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** A checkpoint as somebody else wrote it: what its tensors are, the files beside it, and the means to read a tensor. */
export interface ForeignCheckpoint {
  /** Named in errors: a path, `hf:owner/name`. */
  readonly source: string;
  /** Element type ('f32', 'f16', 'i64' …) and shape of every tensor, by the name that it has there. */
  readonly types: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;
  /** Texts of the files beside it, by name: `config.json`, `preprocessor_config.json`. Others may be there too. */
  readonly files: ReadonlyMap<string, string>;
  read(name: string): Promise<Tensor>;
}

/** What a person may decide when a checkpoint comes in. Everything else is read. */
export interface ImportOptions {
  /** Side of the images the model will be used on, where it is not what its config says. */
  readonly image?: number;
  /** Pooling, where it is not what its config says (or where no config says it). */
  readonly pooling?: VitArchitecture['pooling'];
  /** Attention heads, for a checkpoint whose format has no config and whose width is not a published one. */
  readonly heads?: number;
  /** Scale features to length 1, for a head of text embeddings. */
  readonly unitFeatures?: boolean;
}

/**
 * What there is to know of a checkpoint so that it can be written again: spellings that differ between checkpoints of one
 * format (a prefix, the size of its chunks of blocks).
 */
export type Variant = Readonly<Record<string, string | number | boolean>>;

/** MAE's decoder, as far as its tensors do not say it. */
export const decoderShape = z.strictObject({
  dim: z.int().min(1),
  depth: z.int().min(0),
  heads: z.int().min(1),
  mlp: z.int().min(1),
});
export type DecoderShape = z.infer<typeof decoderShape>;

/** A checkpoint understood, before a tensor of it is read. */
export interface Understood {
  readonly architecture: VitArchitecture;
  readonly preprocessing: Preprocessing;
  readonly variant: Variant;
  /** Rows of its classification head; null: it has none. */
  readonly head: number | null;
  /** Names of its classes in the order of the head's rows, where it says them. */
  readonly classes: readonly string[] | null;
  /** MAE's decoder, which continues to be trained with it; null: there is none. */
  readonly decoder: DecoderShape | null;
  /** What no file said and the publication of the model does, in words. */
  readonly assumed: readonly string[];
}

/** Where one of Stockpot's tensors lies in a foreign checkpoint. */
export interface NameEntry {
  /** Stockpot's name: timm's. */
  readonly house: string;
  /** One name, or several whose tensors follow each other along the first axis (query, key and value). */
  readonly foreign: readonly string[];
  /** A matrix that the foreign checkpoint holds the other way round. */
  readonly transposed?: true;
  /** The foreign shape where it differs, the numbers and their order being the same: [768] for [1, 1, 768]. */
  readonly shape?: readonly number[];
}

/** What a writer knows. */
export interface Outgoing {
  readonly architecture: VitArchitecture;
  readonly preprocessing: Preprocessing;
  readonly variant: Variant;
  /** Rows of the head; null: there is none. */
  readonly head: number | null;
  readonly classes: readonly string[] | null;
  readonly decoder: DecoderShape | null;
}

/** One way in which checkpoints of vision transformers are written: a row of the table of formats. */
export interface CheckpointFormat {
  readonly name: FormatName;
  /** In words: 'timm', "Hugging Face's ViT". */
  readonly title: string;
  /** The files it cannot be understood without, and which one to give, for the message when they are missing. */
  readonly needs: readonly string[];
  /** What else it may be when they are missing, for the same message. */
  readonly otherwise?: string;
  /** Whether a checkpoint is of this format, by its names and the files beside it. */
  recognise(names: ReadonlySet<string>, files: ReadonlyMap<string, string>): boolean;
  /** Throws CheckpointError with a sentence for what it cannot be or does not say. */
  understand(checkpoint: ForeignCheckpoint, options: ImportOptions): Understood;
  /** All tensors of the model: exactly those of `table`, each with its foreign place. */
  entries(model: Outgoing, table: ParameterTable): readonly NameEntry[];
  /** Whether a tensor that is not the model's may travel along: nothing that the model computes with hangs on it. */
  mayTravel(name: string, variant: Variant): boolean;
  /**
   * The config files of a model that goes out: those it came with, changed only where the model did (classes, a new head).
   * `files` is empty for a model that did not come from this format: then they are written anew.
   *
   * @throws {CheckpointError} when the format cannot say what this model is.
   */
  files(model: Outgoing, files: Readonly<Record<string, string>>): Record<string, string>;
  /** The spelling for a model that did not come from this format. Throws CheckpointError when it has no place there. */
  variant(architecture: VitArchitecture): Variant;
}
