import pc from 'picocolors';
import stringWidth from 'string-width';
import { printable } from '../../printable.js';

/** How text is written: with colours where a terminal shows them, as wide as it is. */
export interface Paint {
  readonly width: number;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** The narrowest that text is set: what does not fit there is broken by the terminal. */
const NARROWEST = 40;
/** What a pipe or a file gets. */
const USUAL = 80;

/** Escape sequences of colours: what `Paint` itself writes. */
const COLOURS = new RegExp(`(${'\u001b'}\\[\\d+m)`);

/** Text with names out of files in it, made safe to print; colours stay. */
export function printableText(text: string): string {
  return text
    .split(COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}

export function paintFor(stream: { readonly isTTY?: boolean; readonly columns?: number }): Paint {
  const colors = pc.createColors(pc.isColorSupported && stream.isTTY === true);
  return { width: Math.max(NARROWEST, stream.columns ?? USUAL), bold: colors.bold, dim: colors.dim };
}

/** What a heading says, and on which side its column is flush; with `~` to the left, without to the right. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const GAP = '  ';

/** Columns flush right but where the heading begins with `~`; two blanks between them, nothing else: it pipes and greps well. */
export function layOut({ head, rows }: Table, { bold }: Paint): string {
  const left = head.map((text) => text.startsWith('~'));
  const headings = head.map((text) => text.replace(/^~/, ''));
  const widths = headings.map((text, column) =>
    Math.max(stringWidth(text), ...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const room = ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell)));
        return left[column] ? cell + room : room + cell;
      })
      .join(GAP)
      .trimEnd();
  return [bold(line(headings)), ...rows.map(line)].join('\n');
}

/** A table whose first columns name the rows and whose others come in blocks as the width has room for them. */
export function layOutWide({ head, rows }: Table, named: number, paint: Paint): string {
  const widthOf = (columns: readonly number[]) =>
    columns.reduce(
      (sum, column) =>
        sum +
        GAP.length +
        Math.max(...[head, ...rows].map((cells) => stringWidth((cells[column] ?? '').replace(/^~/, '')))),
      -GAP.length,
    );
  const names = head.slice(0, named).map((_, column) => column);
  const blocks: number[][] = [];
  for (let column = named; column < head.length; column++) {
    const last = blocks.at(-1);
    if (last !== undefined && widthOf([...names, ...last, column]) <= paint.width) last.push(column);
    else blocks.push([column]);
  }
  return blocks
    .map((block) => {
      const pick = (cells: readonly string[]) => [...names, ...block].map((column) => cells[column] ?? '');
      return layOut({ head: pick(head), rows: rows.map(pick) }, paint);
    })
    .join('\n\n');
}

/** Sentences broken at blanks, each line after the first indented by `hang`. */
export function paragraph(text: string, { width }: Paint, hang = 0): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (stringWidth(longer) > width - (lines.length === 0 ? 0 : hang) && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((part, index) => (index === 0 ? part : ' '.repeat(hang) + part)).join('\n');
}
