import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { layOut, layOutWide, paintFor, paragraph, printableText } from './layout.js';
import { degrees, idleText, labels, list, maybe, percent, points, probability, signed } from './words.js';

const plain = paintFor({});
const word = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => /^[\w.-]+$/.test(text));

describe('a table', () => {
  test('has its columns where its headings say, and nothing at the ends of its lines', () => {
    expect(
      layOut(
        {
          head: ['~name', 'λ', '~note'],
          rows: [
            ['a', '0.5', ''],
            ['böse', '10', 'x'],
          ],
        },
        plain,
      ),
    ).toBe(['name    λ  note', 'a     0.5', 'böse   10  x'].join('\n'));
  });

  test('that is too wide comes in blocks, each with the names of its rows, and loses nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5 }), (columns, rows) => {
        const head = ['~row', ...Array.from({ length: columns }, (_, column) => `c${column}`)];
        const cells = Array.from({ length: rows }, (_, row) => [
          `r${row}`,
          ...Array.from({ length: columns }, (_, column) => `${row}.${column}x`),
        ]);
        const text = layOutWide({ head, rows: cells }, 1, plain);
        for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
        for (const cell of cells.flat()) expect(text).toContain(cell);
        for (const block of text.split('\n\n')) expect(block.split('\n')).toHaveLength(rows + 1);
      }),
    );
  });
});

test('sentences are broken at blanks, and only there', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
      const text = paragraph(words.join(' '), plain, 2);
      expect(text.split(/\s+/).filter((part) => part !== '')).toEqual(words);
      for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
    }),
  );
});

test('names out of files cannot move the cursor; colours of the table stay', () => {
  expect(printableText('a\u001b[2Jb \u001b[1mbold\u001b[22m')).toBe('a\\u001b[2Jb \u001b[1mbold\u001b[22m');
});

test('long names lose their middle and stay apart', () => {
  expect(labels(['short', 'ft-of-the-first-of-many-runs-000017'], 16)).toEqual(['short', 'ft-of-th…-000017']);
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), fc.integer({ min: 8, max: 24 }), (names, room) => {
      const short = labels(names, room);
      expect(new Set(short).size).toBe(names.length);
      for (const label of short) expect(stringWidth(label.replace(/ \(\d+\)$/, ''))).toBeLessThanOrEqual(room);
    }),
  );
});

test('numbers as people read them', () => {
  expect([percent(0.97316), points(-0.012), points(0.00001), signed(-0.00004, 4)]).toEqual([
    '97.32',
    '−1.20',
    '0.00',
    '0.0000',
  ]);
  expect([maybe(null), maybe(-0.5), degrees(Math.PI / 2), degrees(null)]).toEqual(['–', '−0.50', '90.0°', '–']);
  expect([probability(0.04), probability(1e-9), probability(0.5)]).toEqual(['p = 0.0400', 'p < 0.0001', 'p = 0.50']);
  expect([list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual(['a', 'a and b', 'a, b and c']);
});

test('which ingredients cannot be told to gain is said as it is, also where a later one gains again', () => {
  expect(idleText([], 4)).toMatch(/^Each one after it gains/);
  expect(idleText([3, 4], 4)).toBe('From the 3rd on, the gain cannot be told from none.');
  expect(idleText([2, 4], 5)).toBe(
    'Of the 2nd and 4th the gain cannot be told from none, of the others after the first it can.',
  );
});
