import { availableParallelism } from 'node:os';
import { cookOnData, type DataMethodName, type DataSoup, dataMethods } from '@stockpot/engine/soups';
import Table from 'cli-table3';
import pc from 'picocolors';
import { onInterrupt } from '../interrupt.js';
import { printable } from '../printable.js';
import { whole } from '../progress/format.js';
import { type DataArguments, placeOf } from './data-options.js';
import { parametersIn } from './options.js';
import { assertFree } from './output.js';
import { progressLine } from './progress-line.js';
import { report } from './report.js';

export interface DataSoupArguments extends DataArguments {
  readonly output: string;
  readonly model?: string;
  readonly shard?: number;
  readonly json?: boolean;
  /** The method's own, by its table. */
  readonly [parameter: string]: unknown;
}

/** Cooks a soup of files whose members or coefficients are chosen on data. Nothing appears under the output's name unless it is whole. */
export async function cookDataFiles(
  method: DataMethodName,
  ingredients: readonly string[],
  options: DataSoupArguments,
): Promise<void> {
  const { output, data, format, selection, model, seed, shard, json } = options;
  assertFree(output);
  const place = await placeOf(options);
  const interrupt = onInterrupt(() =>
    process.stderr.write('Stopping: no soup is left behind; scores that are known are kept.\n'),
  );
  const line = progressLine(process.stderr);
  try {
    const soup = await cookOnData(
      {
        method,
        parameters: parametersIn(dataMethods[method].options, options),
        ...{ ingredients, output, data, format, examples: selection, seed },
        ...(model === undefined ? {} : { model }),
      },
      {
        ...place,
        threads: availableParallelism(),
        signal: interrupt.signal,
        onProgress: line.show,
        ...(shard === undefined ? {} : { maxShardBytes: shard * 1e9 }),
      },
    );
    line.end();
    process.stdout.write(
      json === true
        ? `${JSON.stringify(facts(soup), null, 2)}\n`
        : `${trace(soup, ingredients)}${report(dataMethods[method].title, output, soup.certificate)}`,
    );
  } finally {
    line.end();
    interrupt.dispose();
  }
}

/** For a script: the certificate, and what a certificate does not keep: times, and what was known already. */
function facts({ certificate, trials, scores, score, neighbours, evaluated }: DataSoup) {
  const rows = trials?.map(({ index, candidate, best, score: after, accepted, milliseconds, cached, removed }) => ({
    ...{ index, candidate, before: best, after, accepted, milliseconds: Math.round(milliseconds), cached },
    ...(removed === undefined ? {} : { removed }),
  }));
  return {
    certificate,
    score: score ?? null,
    neighbours: neighbours ?? null,
    scores: scores ?? null,
    trace: rows ?? null,
    evaluated,
  };
}

/** The trace as a table: what was tried, the best score before, the candidate's, what became of it, and what it cost. */
function trace(
  { trials = [], scores, score, neighbours, evaluated, examples, learned }: DataSoup,
  paths: readonly string[],
): string {
  const { n, from } = examples.certified;
  const colors = pc.createColors(pc.isColorSupported && process.stdout.isTTY);
  const said: string[] = [];
  if (trials.length > 0) {
    const table = new Table({
      head: ['candidate', 'before %', 'after %', 'verdict', 'time', 'cache'].map((text) => colors.bold(text)),
      colAligns: ['left', 'right', 'right', 'left', 'right', 'left'],
      style: { head: [], border: pc.isColorSupported && process.stdout.isTTY ? ['gray'] : [], compact: true },
    });
    for (const { index, removed, best, score: after, accepted, cached, milliseconds, candidate } of trials) {
      const alone = removed === undefined && candidate.length === 1;
      const name = `${alone ? '' : removed === true ? '− ' : '+ '}${printable(paths[index] ?? '')}`;
      const verdict = alone
        ? 'begins'
        : removed === true
          ? accepted
            ? 'taken out'
            : 'stays'
          : accepted
            ? 'added'
            : 'left out';
      const time = cached ? '' : `${(milliseconds / 1000).toFixed(2)} s`;
      table.push([
        name,
        alone ? '' : percent(best),
        percent(after),
        accepted ? colors.green(verdict) : verdict,
        time,
        cached ? 'known' : '',
      ]);
    }
    said.push(table.toString());
  }
  if (learned !== undefined) {
    const losses = learned.losses.map((loss) => loss.toFixed(4)).join(', ');
    said.push(`Mean loss of each epoch: ${losses}. Taken: epoch ${learned.kept + 1}.`);
  }
  const best = scores === undefined ? '' : ` The best ingredient has ${percent(Math.max(...scores))} %.`;
  if (score !== undefined)
    said.push(`The soup answers ${percent(score)} % of ${whole(n)} examples (${from}) right.${best}`);
  if (neighbours !== undefined)
    said.push(
      `By its features ${percent(neighbours)} % of one half of ${whole(n)} examples (${from}) are of the class of their nearest in the other.`,
    );
  if (scores !== undefined)
    said.push(
      `Evaluated now: ${whole(evaluated)} ${evaluated === 1 ? 'model' : 'models'}; the other scores were known.`,
    );
  said.push(`These examples were looked at: they are spent, and a score on them says nothing about this soup.`);
  return `${said.join('\n')}\n`;
}

function percent(score: number): string {
  return (100 * score).toFixed(2);
}
