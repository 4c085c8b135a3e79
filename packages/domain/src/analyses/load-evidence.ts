import { knownSoupQueries as queries, type Tx } from '@stockpot/db';
import { alikeBy, knownFromTrace, type SoupTrial, soupKey } from '@stockpot/engine/analysis/documents';
import { loadAnswers } from '../comparisons/bitmaps.js';
import type { SoupDetail } from '../models/types.js';
import { loadSoups } from '../soups/load.js';
import { membersOf } from './members-of.js';
import type { EvidenceTrial, SoupEvidence } from './types.js';

/** Soups over the same ingredients that are asked for what they know. */
const MOST_NEIGHBOURS = 300;

/** The evidence of those of the soups that were chosen on a benchmark. */
export async function loadEvidence(tx: Tx, labId: string, soupIds: readonly string[]): Promise<SoupEvidence[]> {
  const details = (await loadSoups(tx, labId, soupIds)).filter(({ trace }) => trace.length > 0);
  const benchmarkIds = [...new Set(details.flatMap(({ soup }) => soup.selectionBenchmarkId ?? []))];
  const poolIds = [
    ...new Set(details.flatMap(({ coefficients }) => coefficients.map(({ ingredient }) => ingredient.id))),
  ];
  if (benchmarkIds.length === 0 || poolIds.length === 0) return [];
  const answers = await loadAnswers(tx, labId, poolIds, benchmarkIds);
  const neighbours = await queries.newestSoupsOf(tx, labId, poolIds, MOST_NEIGHBOURS);
  const averages = await queries.scoredAverages(tx, labId, neighbours, benchmarkIds);
  const trials = await queries.tracesOf(tx, labId, neighbours, benchmarkIds);
  const seconds = await queries.secondsToMake(tx, labId, poolIds);
  return details.flatMap((detail) => {
    const benchmarkId = detail.soup.selectionBenchmarkId;
    if (benchmarkId === null) return [];
    const ids = detail.coefficients.map(({ ingredient }) => ingredient.id);
    const alike = alikeBy(ids);
    const mine = ids.map((id) => answers.find((one) => one.modelId === id && one.benchmarkId === benchmarkId));
    const n = detail.trace[0]?.n ?? 1;
    const known = new Map<string, number>();
    /** Notes a soup that is named by places of another pool, when all that is in it is in this one too. */
    const note = (members: readonly string[], score: number) => {
      const places = members.map((id) => ids.indexOf(id));
      if (places.length > 0 && !places.includes(-1)) known.set(soupKey(places, alike), score);
    };
    for (const { top1, ingredientIds, coefficients } of averages.filter((one) => one.benchmarkId === benchmarkId)) {
      note(membersOf(ingredientIds, coefficients), top1);
    }
    for (const theirs of bySoup(trials)) {
      const [first] = theirs;
      if (first === undefined || first.benchmarkId !== benchmarkId) continue;
      const pool = first.poolIds;
      const trace = theirs.map((trial) => trialOf({ ...trial, index: pool.indexOf(trial.candidateId) }));
      for (const [key, score] of knownFromTrace(trace, pool.length)) {
        note(
          key.split(',').map((place) => pool[Number(place)] ?? ''),
          score,
        );
      }
    }
    return [
      {
        soupId: detail.soup.id,
        method: detail.soup.method,
        acceptRule: detail.soup.acceptRule,
        benchmarkId,
        n,
        pool: detail.coefficients.map(({ ingredient }) => ingredient),
        scores: mine.map((one) => one?.top1 ?? null),
        correct: mine.map((one) => (one !== undefined && one.n * one.versions === n ? one.bits : null)),
        trace: detail.trace.map((round) => ({ ...round, index: indexOf(detail, round.candidateId) })),
        known,
        alike,
        seconds: ids.map((id) => seconds.get(id) ?? null),
      },
    ];
  });
}

function indexOf({ coefficients }: SoupDetail, candidateId: string): number {
  return coefficients.findIndex(({ ingredient }) => ingredient.id === candidateId);
}

/** A stored trial as searches record it: what is not so is left out. */
export function trialOf({ round, index, score, best, accepted, members, turn, removed }: EvidenceTrial): SoupTrial {
  const decision = { round, index, score, best, accepted, members };
  return { ...decision, ...(turn === null ? {} : { turn }), ...(removed ? { removed } : {}) };
}

function bySoup(trials: readonly queries.RecordedTrial[]): Iterable<queries.RecordedTrial[]> {
  const found = new Map<string, queries.RecordedTrial[]>();
  for (const trial of trials) found.set(trial.soupId, [...(found.get(trial.soupId) ?? []), trial]);
  return found.values();
}
