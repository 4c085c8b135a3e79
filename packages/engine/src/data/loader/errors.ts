import { StockpotEngineError } from '../../errors.js';
import { DataFileError, DatasetError } from '../errors.js';
import type { PortableError } from './messages.js';

/** A thread that makes batches failed or stopped; its cause is in the message. */
export class LoaderError extends StockpotEngineError {}

/** For a thread that ended although nobody told it to. */
export function threadStopped(reason: string): LoaderError {
  return new LoaderError(
    `A thread that makes batches stopped: ${reason}.`,
    'If memory ran out, lower the batch size or give the machine more of it. The training goes on from its last checkpoint when it is run again.',
  );
}

export function portable(error: unknown): PortableError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), advice: null, file: null };
  const { name, message } = error;
  return {
    name,
    message,
    advice: error instanceof StockpotEngineError ? error.advice : null,
    file: error instanceof DataFileError ? error.file : null,
  };
}

/** The error of a thread as one of this thread: of its own class where a caller may ask for it. */
export function revived({ name, message, advice, file }: PortableError): Error {
  if (file !== null) {
    const problem = message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message;
    return new DataFileError(file, problem, advice ?? '');
  }
  if (name === DatasetError.name && advice !== null) return new DatasetError(message, advice);
  if (name === RangeError.name) return new RangeError(message);
  return new LoaderError(
    `A thread that makes batches failed: ${name}: ${message}`,
    advice ?? 'This is a mistake in Stockpot: please report it with this message.',
  );
}
