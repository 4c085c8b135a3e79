import { whole } from '../progress/format.js';

const EVERY_MS = 100;

/** One line that says how far a soup is, drawn over itself; nothing where the stream is no terminal. */
export function progressLine(stream: NodeJS.WriteStream): {
  readonly show: (what: string, done: number, total: number) => void;
  readonly end: () => void;
} {
  let last = 0;
  let shown = false;
  return {
    show(what, done, total) {
      const now = performance.now();
      if (!stream.isTTY || (now - last < EVERY_MS && done < total)) return;
      last = now;
      shown = true;
      stream.write(`\r\x1b[K${whole(done)} of ${whole(total)} ${what}`);
    },
    end() {
      if (shown) stream.write('\r\x1b[K');
      shown = false;
    },
  };
}
