import { duration, whole } from '../progress/format.js';
import { canRedraw } from '../progress/index.js';

/** A line of a log comes at most so often where lines cannot be drawn over. */
const LOG_SECONDS = 10;

/** Says on a stream how far an analysis is: drawn over in a terminal, a line now and then elsewhere. */
export class AnalysisProgress {
  readonly #stream: NodeJS.WritableStream;
  readonly #redraw: boolean;
  readonly #started = performance.now();
  #said = performance.now();
  #drawn = false;

  constructor(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }) {
    this.#stream = stream;
    this.#redraw = canRedraw(stream);
  }

  /** Mixtures that went through the network. */
  evaluated(measured: number, seconds: number): void {
    this.#show(
      `evaluated ${whole(measured)} ${measured === 1 ? 'mixture' : 'mixtures'} (${duration(seconds)} each, ${duration((performance.now() - this.#started) / 1000)} in all)`,
    );
  }

  /** Anything else that takes long: 'reading tensors: 12 of 90'. */
  doing(what: string, done: number, total: number): void {
    this.#show(`${what}: ${whole(done)} of ${whole(total)}`);
  }

  /** A sentence that stays. */
  note(text: string): void {
    this.finish();
    this.#stream.write(`${text}\n`);
  }

  finish(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[K');
    this.#drawn = false;
  }

  #show(text: string): void {
    if (this.#redraw) {
      this.#stream.write(`\r\u001b[K${text}`);
      this.#drawn = true;
      return;
    }
    if (performance.now() - this.#said < LOG_SECONDS * 1000) return;
    this.#said = performance.now();
    this.#stream.write(`${text}\n`);
  }
}
