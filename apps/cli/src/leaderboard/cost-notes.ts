import type { AnswerTime } from '@stockpot/engine/metrics';
import { size, whole } from '../progress/format.js';
import type { LeaderboardRow } from './leaderboard.js';

type Costed = Pick<LeaderboardRow, 'model' | 'networks' | 'measured'>;

/** Models that are named of those that cost the same; the others are counted. */
const NAMED = 3;

/** What answers cost, a line for all models that cost the same; none where nothing was measured. */
export function costNotes(rows: readonly Costed[]): string[] {
  const measured = rows.flatMap(({ measured: cost, ...row }) => (cost ? [{ ...row, cost }] : []));
  const [first] = measured;
  if (first === undefined) return [];
  const { processor, processors, device, threads } = first.cost.machine;
  const lines = [
    `Answers on ${device}, ${whole(threads)} ${threads === 1 ? 'thread' : 'threads'} (${processor}, ${whole(processors)} processors), median [quartiles]:`,
  ];
  const alike = new Map<string, typeof measured>();
  for (const row of measured) {
    const key = JSON.stringify(row.cost);
    alike.set(key, [...(alike.get(key) ?? []), row]);
  }
  for (const same of alike.values()) {
    const [{ cost, networks } = first] = same;
    const named = same.slice(0, NAMED).map(({ model }) => model);
    const others = same.length - named.length;
    const who = `${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
    const work = `${count(cost.parameters)} parameters, ${count(cost.multiplyAdds)} multiply-adds an example`;
    const sum = networks === 1 ? '' : `, the sum of ${networks} networks`;
    lines.push(`  ${who}: ${cost.times.map(timeInWords).join('; ')} (${work}${sum})`);
  }
  if (measured.some(({ cost }) => cost.times.some(({ alone }) => alone === false)))
    lines.push(
      '  Others computed meanwhile: these times are too long. Cook again with other `runs` on an idle machine.',
    );
  return lines;
}

function timeInWords({ batch, medianMs, lowMs, highMs, memoryBytes }: AnswerTime): string {
  const quartiles = lowMs === null || highMs === null ? '' : ` [${ms(lowMs)}, ${ms(highMs)}]`;
  const memory = memoryBytes === null ? '' : `, ${size(memoryBytes)}`;
  return `${ms(medianMs)} ms${quartiles} for ${whole(batch)}${memory}`;
}

const ms = (milliseconds: number) => String(Number(milliseconds.toPrecision(3)));

/** 19,658 → '19.7 k' */
function count(n: number): string {
  for (const [size, unit] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (n >= size) return `${Number((n / size).toPrecision(3))} ${unit}`;
  }
  return String(n);
}
