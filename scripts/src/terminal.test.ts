import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { duration, Terminal } from './terminal.js';

function stream(isTTY: boolean) {
  let text = '';
  const made = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream: Object.assign(made, { isTTY, columns: 80 }), text: () => text };
}

describe('what the supervisor says', () => {
  it('is one plain line for each thing done where nobody watches', () => {
    const { stream: pipe, text } = stream(false);
    const terminal = new Terminal(pipe);
    terminal.begin('Starting Postgres').done('Postgres started', '127.0.0.1:5432/stockpot');
    terminal.line(`${terminal.bold('Dashboard')} ready`);
    expect(text().replace(/\d+\.\d s/, '0.0 s')).toBe(
      '  ✓ Postgres started                 0.0 s   127.0.0.1:5432/stockpot\nDashboard ready\n',
    );
  });

  it('is redrawn in place on a terminal, and other lines go above it', () => {
    const { stream: screen, text } = stream(true);
    const terminal = new Terminal(screen);
    const task = terminal.begin('Starting');
    terminal.line('meanwhile');
    task.done('Started');
    const lines = lastScreen(text());
    expect(lines[0]).toBe('meanwhile');
    expect(lines[1]).toContain('Started');
    expect(lines[2]).toBe('');
  });

  it('says times as people do', () => {
    expect([320, 9_940, 41_200, 125_000].map(duration)).toEqual(['0.3 s', '9.9 s', '41 s', '2 min 5 s']);
  });
});

/** What a terminal shows after this output: carriage return and "erase line" applied, colours left out. */
function lastScreen(output: string): string[] {
  return output.split('\n').map((line) => {
    const drawn = line.split('\r\u001b[K').at(-1) ?? '';
    return stripVTControlCharacters(drawn);
  });
}
