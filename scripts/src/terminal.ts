import { stripVTControlCharacters } from 'node:util';

type TerminalStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * What the supervisor says. On a terminal a line may be redrawn while something is going on, with a mark and colour when
 * it is over; anywhere else (a pipe, a log) each event is one plain line, printed when it has happened.
 */
export class Terminal {
  readonly interactive: boolean;
  readonly colours: boolean;
  readonly #stream: TerminalStream;
  #live: string | undefined;

  constructor(stream: TerminalStream = process.stdout) {
    this.#stream = stream;
    this.interactive = stream.isTTY === true && process.env.TERM !== 'dumb';
    this.colours = this.interactive && !process.env.NO_COLOR;
  }

  get width(): number {
    return this.#stream.columns ?? 100;
  }

  line(text = ''): void {
    this.#clearLive();
    this.#write(`${this.colours ? text : stripVTControlCharacters(text)}\n`);
    this.#drawLive();
  }

  /** Shows that something is going on; `done` replaces it. On anything but a terminal only `done` prints. */
  begin(text: string): Task {
    const started = performance.now();
    this.#live = `  ${this.cyan('•')} ${text} …`;
    this.#drawLive();
    const end = () => {
      this.#clearLive();
      this.#live = undefined;
    };
    return {
      end,
      done: (said, detail = '') => {
        end();
        this.item(said, performance.now() - started, detail);
      },
      failed: () => {
        end();
        this.line(`  ${this.red('✗')} ${text}`);
      },
    };
  }

  /** One thing that was done, and how long it took. */
  item(said: string, milliseconds: number, detail = ''): void {
    const took = this.dim(duration(milliseconds).padStart(7));
    this.line(`  ${this.green('✓')} ${said.padEnd(30)} ${took}   ${detail}`.trimEnd());
  }

  bold(text: string): string {
    return this.#paint('1', text);
  }
  dim(text: string): string {
    return this.#paint('2', text);
  }
  green(text: string): string {
    return this.#paint('32', text);
  }
  red(text: string): string {
    return this.#paint('31', text);
  }
  yellow(text: string): string {
    return this.#paint('33', text);
  }
  cyan(text: string): string {
    return this.#paint('36', text);
  }

  #paint(code: string, text: string): string {
    return this.colours ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  #clearLive(): void {
    if (this.#live !== undefined && this.interactive) this.#write('\r\u001b[K');
  }

  #drawLive(): void {
    if (this.#live !== undefined && this.interactive) this.#write(this.#live);
  }

  /** A terminal that went away (its window was closed) must not end what we supervise. */
  #write(text: string): void {
    if (this.#stream.writable) this.#stream.write(text);
  }
}

export interface Task {
  /** It is over and there is nothing to say about it. */
  end(): void;
  done(said: string, detail?: string): void;
  failed(): void;
}

/** '0.3 s', '12 s', '2 min 5 s'. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
