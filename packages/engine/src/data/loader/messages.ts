/** @file What the main thread and a thread of the loader say to each other. */
import type { WorkPlan } from './work.js';

/** Given to a thread when it starts. */
export type ThreadData = WorkPlan;

/** To a thread: make the result of this number. It makes them in the order in which they are asked for. */
export interface MakeMessage {
  readonly index: number;
}

/** An error as it crosses threads, which keep no classes. */
export interface PortableError {
  readonly name: string;
  readonly message: string;
  readonly advice: string | null;
  /** Of a DataFileError. */
  readonly file: string | null;
}

/** From a thread, for each message to it. */
export type MadeMessage =
  | { readonly kind: 'made'; readonly index: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly index: number; readonly error: PortableError };
