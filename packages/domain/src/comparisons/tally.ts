import { and, eq, evaluations, inArray, sql, type Tx } from '@stockpot/db';
import { type Pair, PairTally, type Wanted } from '@stockpot/engine/statistics';
import { type Answered, bytesOf } from './answers.js';
import { inTurns } from './in-turns.js';

/** Bytes of bitmaps that are read and held at once. */
const A_PART = 8 * 1024 * 1024;

/** Models on one benchmark, and which of them are to be compared with which, by their places. */
export interface Group {
  /** All of one n and one number of versions. */
  readonly answered: readonly Answered[];
  readonly pairs: readonly Pair[];
}

/**
 * Compares the models of each group pairwise on their answers; in the order of the groups. Bitmaps are read in parts of 8 MiB: several
 * groups in one statement where they are small, one group in several where it is large. Others have their turn in between.
 *
 * @param part bytes that are held at once
 */
export async function tallyAnswers(
  tx: Tx,
  labId: string,
  groups: readonly Group[],
  wanted: Wanted,
  part = A_PART,
): Promise<PairTally[]> {
  const tallies = groups.map(({ answered, pairs }) => new PairTally(answered.length, pairs, shapeOf(answered), wanted));
  for (const together of packed(groups, part)) {
    for (let from = 0; from < together.bytes; from += together.step) {
      const ids = [...new Set(together.places.flatMap((at) => groups[at]?.answered.map(({ id }) => id) ?? []))];
      const bits = await loadPart(tx, labId, ids, from, together.step);
      for (const at of together.places) {
        const parts = groups[at]?.answered.map(({ id }) => bits.get(id) ?? new Uint8Array()) ?? [];
        const tally = tallies[at];
        if (tally !== undefined) await inTurns(tally.add(parts));
      }
    }
  }
  for (const tally of tallies) await inTurns(tally.finish());
  return tallies;
}

/** The groups that are read together, with the bytes of the largest of their bitmaps, and how many of a bitmap are read at once. */
interface Together {
  readonly places: number[];
  bytes: number;
  step: number;
}

function packed(groups: readonly Group[], part: number): Together[] {
  const found: Together[] = [];
  let room = 0;
  for (const [at, { answered }] of groups.entries()) {
    const each = bytesOf(shapeOf(answered));
    const bytes = each * answered.length;
    const last = found.at(-1);
    if (last !== undefined && bytes <= room) {
      last.places.push(at);
      last.bytes = Math.max(last.bytes, each);
      last.step = last.bytes;
      room -= bytes;
      continue;
    }
    const step = bytes <= part ? each : Math.max(4, 4 * Math.floor(part / answered.length / 4));
    found.push({ places: [at], bytes: each, step });
    room = part - bytes;
  }
  return found;
}

function shapeOf(answered: readonly Answered[]): Pick<Answered, 'n' | 'versions'> {
  const [first] = answered;
  return first ?? { n: 1, versions: 1 };
}

async function loadPart(
  tx: Tx,
  labId: string,
  ids: readonly string[],
  from: number,
  bytes: number,
): Promise<Map<string, Uint8Array>> {
  const rows = await tx
    .select({
      id: evaluations.id,
      bits: sql<Uint8Array>`substring(${evaluations.correct} from ${from + 1}::int for ${bytes}::int)`,
    })
    .from(evaluations)
    .where(and(eq(evaluations.labId, labId), inArray(evaluations.id, [...ids])));
  return new Map(rows.map(({ id, bits }) => [id, bits]));
}
