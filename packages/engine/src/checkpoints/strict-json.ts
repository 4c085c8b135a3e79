/**
 * @file JSON as a safetensors header may use it: objects become Maps (a tensor called `__proto__` is a name like any
 * other), a repeated key is an error, numbers must be exact integers (unless decimals are asked for), and nesting is bounded. `JSON.parse` silently keeps
 * the last of two equal keys, which would let one file mean two things to two readers.
 */

export type StrictJson = null | boolean | number | string | readonly StrictJson[] | ReadonlyMap<string, StrictJson>;

export class StrictJsonError extends Error {}

const MAX_DEPTH = 8;
const INTEGER = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WHITE_SPACE = /[ \t\n\r]*/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;

export interface StrictJsonOptions {
  /** The most names one object may have; a header that lists more is refused before it fills memory. */
  readonly maxNames?: number;
  /** Accept numbers that are no integers. */
  readonly decimals?: boolean;
}

export function parseStrictJson(text: string, options: StrictJsonOptions = {}): StrictJson {
  const reader = new Reader(text, options);
  const value = reader.value(0);
  reader.skipWhiteSpace();
  if (reader.at < text.length) reader.fail('expected the end');
  return value;
}

class Reader {
  at = 0;

  readonly maxNames: number;
  readonly decimals: boolean;

  constructor(
    readonly text: string,
    { maxNames = Number.POSITIVE_INFINITY, decimals = false }: StrictJsonOptions,
  ) {
    this.maxNames = maxNames;
    this.decimals = decimals;
  }

  value(depth: number): StrictJson {
    if (depth > MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH} levels`);
    this.skipWhiteSpace();
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.decimals ? this.number() : this.integer();
    }
  }

  skipWhiteSpace(): void {
    WHITE_SPACE.lastIndex = this.at;
    this.at += WHITE_SPACE.exec(this.text)?.[0].length ?? 0;
  }

  fail(problem: string): never {
    throw new StrictJsonError(`${problem} at character ${this.at}`);
  }

  private object(depth: number): ReadonlyMap<string, StrictJson> {
    const entries = new Map<string, StrictJson>();
    this.sequence('}', () => {
      if (this.text[this.at] !== '"') this.fail('expected a name in quotes');
      const name = this.string();
      if (entries.size === this.maxNames) this.fail(`more than ${this.maxNames} names in one object`);
      if (entries.has(name)) this.fail(`the name ${JSON.stringify(name.slice(0, 80))} stands there twice, the second`);
      this.skipWhiteSpace();
      if (this.text[this.at] !== ':') this.fail("expected ':'");
      this.at++;
      entries.set(name, this.value(depth + 1));
    });
    return entries;
  }

  private array(depth: number): readonly StrictJson[] {
    const items: StrictJson[] = [];
    this.sequence(']', () => {
      items.push(this.value(depth + 1));
    });
    return items;
  }

  /** What stands between an opening bracket and `close`, separated by commas. */
  private sequence(close: string, element: () => void): void {
    this.at++;
    this.skipWhiteSpace();
    if (this.text[this.at] === close) {
      this.at++;
      return;
    }
    for (;;) {
      this.skipWhiteSpace();
      element();
      this.skipWhiteSpace();
      const next = this.text[this.at];
      this.at++;
      if (next === close) return;
      if (next !== ',') {
        this.at--;
        this.fail(`expected ',' or '${close}'`);
      }
    }
  }

  private string(): string {
    const start = this.at;
    let escaped = false;
    // By hand, not by a regular expression: a name of 10 MB would exhaust its stack.
    for (this.at++; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === QUOTE) {
        this.at++;
        return escaped ? this.unescape(start) : this.text.slice(start + 1, this.at - 1);
      }
      if (code < FIRST_PRINTABLE) this.fail('a control character in a string');
      if (code === BACKSLASH) {
        escaped = true;
        this.at++;
      }
    }
    return this.fail('a string that does not end');
  }

  private unescape(start: number): string {
    try {
      return String(JSON.parse(this.text.slice(start, this.at)));
    } catch {
      return this.fail('an unknown escape in the string before');
    }
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text)?.[0];
    if (match === undefined) return this.fail('expected a value: an object, a list, a string or a number');
    this.at += match.length;
    return Number(match);
  }

  private integer(): number {
    INTEGER.lastIndex = this.at;
    const match = INTEGER.exec(this.text)?.[0];
    if (match === undefined) return this.fail('expected a value: an object, a list, a string or a whole number');
    const value = Number(match);
    if (!Number.isSafeInteger(value)) this.fail(`the number ${match.slice(0, 40)} is too large`);
    this.at += match.length;
    return value;
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail('an unknown word');
    this.at += word.length;
    return value;
  }
}
