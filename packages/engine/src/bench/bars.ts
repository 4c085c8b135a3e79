import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly op: '<' | '>';
  readonly bar: number;
  readonly holds: boolean;
}

/**
 * The bars of one benchmark: a line each, the same as JSON in `test-results/<benchmark>.json`, and exit code 1 when one is
 * short.
 */
export class Bars {
  readonly #benchmark: string;
  readonly #bars: Bar[] = [];

  constructor(benchmark: string) {
    this.#benchmark = benchmark;
  }

  bar(name: string, value: number, unit: string, op: '<' | '>', bar: number): void {
    const holds = op === '<' ? value < bar : value > bar;
    this.#bars.push({ name, value, unit, op, bar, holds });
    console.log(
      `${name}  ${value.toFixed(value < 10 ? 2 : 1)} ${unit}  bar ${op} ${bar}  ${holds ? 'holds' : 'short'}`,
    );
  }

  /** Writes the JSON and sets the exit code. */
  end(folder = 'test-results'): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${this.#benchmark}.json`), `${JSON.stringify(this.#bars, null, 2)}\n`);
    if (this.#bars.some(({ holds }) => !holds)) process.exitCode = 1;
  }
}
