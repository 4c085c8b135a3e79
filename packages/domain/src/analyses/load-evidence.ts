import { knownSoupQueries as queries, type Tx } from '@stockpot/db';
import { alikeBy, knownFromTrace, type SoupTrial, soupKey } from '@stockpot/engine/analysis/documents';
import type { Pair } from '@stockpot/engine/statistics';
import { loadBenchmarks } from '../benchmarks/load.js';
import { versionsOf } from '../benchmarks/versions.js';
import { type Answered, loadAnswered } from '../comparisons/answers.js';
import { inTurns } from '../comparisons/in-turns.js';
import { tallyAnswers } from '../comparisons/tally.js';
import type { SoupDetail } from '../models/types.js';
import { loadSoups } from '../soups/load.js';
import { MOST_MEMBERS, membersOf } from './members-of.js';
import { type EvidenceTrial, question, type SoupEvidence } from './types.js';

/** Soups over the same ingredients that are asked for what they know. */
const MOST_NEIGHBOURS = 300;
/** Trials of theirs that are read, the newest first. */
const MOST_TRIALS = 20_000;
/** A search over more models is shown, and not replayed: what its trace knows grows with their square. */
const MOST_POOL = 1000;

/** The evidence of those of the soups that were chosen on a benchmark. */
export async function loadEvidence(tx: Tx, labId: string, soupIds: readonly string[]): Promise<SoupEvidence[]> {
  const details = (await loadSoups(tx, labId, soupIds)).filter(({ trace }) => trace.length > 0);
  const benchmarkIds = [...new Set(details.flatMap(({ soup }) => soup.selectionBenchmarkId ?? []))];
  const poolIds = [
    ...new Set(details.flatMap(({ coefficients }) => coefficients.map(({ ingredient }) => ingredient.id))),
  ];
  if (benchmarkIds.length === 0 || poolIds.length === 0) return [];
  const answers = new Map(
    (await loadAnswered(tx, labId, poolIds, benchmarkIds)).map((one) => [`${one.modelId} ${one.benchmarkId}`, one]),
  );
  const differing = await differingFromFirst(tx, labId, details, answers);
  const versions = new Map((await loadBenchmarks(tx, labId, benchmarkIds)).map((one) => [one.id, versionsOf(one)]));
  const neighbours = await queries.newestSoupsOf(tx, labId, poolIds, MOST_NEIGHBOURS);
  const averages = await queries.scoredAverages(tx, labId, neighbours, benchmarkIds, MOST_MEMBERS);
  const found = await searched(tx, labId, neighbours, benchmarkIds);
  const seconds = await queries.secondsToTrain(tx, labId, poolIds);
  const evidence: SoupEvidence[] = [];
  function* gather(): Generator<void> {
    for (const detail of details) {
      const benchmarkId = detail.soup.selectionBenchmarkId;
      if (benchmarkId === null) continue;
      const ids = detail.coefficients.map(({ ingredient }) => ingredient.id);
      const alike = alikeBy(ids);
      const placeOf = placesOf(ids);
      const mine = ids.map((id) => answers.get(`${id} ${benchmarkId}`));
      const rows = detail.trace[0]?.n ?? 1;
      const n = Math.max(1, Math.round(rows / (versions.get(benchmarkId) || 1)));
      const trace = detail.trace.map((round) => ({ ...round, index: placeOf.get(round.candidateId) ?? -1 }));
      const known = new Map<string, number>();
      /** Notes a soup of another pool, when all that is in it is in this one too. */
      const note = (members: readonly string[], score: number) => {
        const places = members.map((id) => placeOf.get(id) ?? -1);
        if (places.length > 0 && !places.includes(-1)) known.set(soupKey(places, alike), score);
      };
      for (const { top1, ingredientIds, coefficients } of averages.filter((one) => one.benchmarkId === benchmarkId)) {
        note(membersOf(ingredientIds, coefficients), top1);
        yield;
      }
      for (const soup of found.filter((one) => one.benchmarkId === benchmarkId)) {
        note(soup.members, soup.score);
        yield;
      }
      // Its own search is known however many were cooked after it.
      if (ids.length <= MOST_POOL) {
        for (const [key, score] of knownFromTrace(trace.map(trialOf), ids.length, alike)) known.set(key, score);
      }
      evidence.push({
        soupId: detail.soup.id,
        method: detail.soup.method,
        acceptRule: detail.soup.acceptRule,
        told: toldOf(detail.soup.parameters),
        benchmarkId,
        n,
        rows,
        pool: detail.coefficients.map(({ ingredient }) => ingredient),
        scores: mine.map((one) => one?.top1 ?? null),
        differing: differing.get(detail.soup.id) ?? ids.map(() => null),
        trace,
        known,
        alike,
        seconds: ids.map((id) => seconds.get(id) ?? null),
      });
      yield;
    }
  }
  // Others have their turn: searches of large pools went through many soups of many models.
  await inTurns(gather());
  return evidence;
}

/**
 * Of the soups the share of answers on which the model that the search began with and each of the pool differ: by the id of the soup,
 * in the order of its pool. Left out where the search was made on other answers than are stored.
 */
async function differingFromFirst(
  tx: Tx,
  labId: string,
  details: readonly SoupDetail[],
  answers: ReadonlyMap<string, Answered>,
): Promise<Map<string, (number | null)[]>> {
  const searches = details.flatMap(({ soup, trace, coefficients }) => {
    const [start] = trace;
    const on = soup.selectionBenchmarkId;
    const first = answers.get(`${start?.candidateId} ${on}`);
    if (start === undefined || first === undefined || first.n * first.versions !== start.n) return [];
    const ids = coefficients.map(({ ingredient }) => ingredient.id);
    const alike = (one: Answered | undefined) => one?.n === first.n && one.versions === first.versions;
    const pool = ids.flatMap((id) => {
      const one = answers.get(`${id} ${on}`);
      return one !== undefined && alike(one) ? [one] : [];
    });
    return [{ soupId: soup.id, ids, answered: [first, ...pool] }];
  });
  const groups = searches.map(({ answered }) => ({
    answered,
    pairs: answered.slice(1).map((_, place): Pair => [0, place + 1]),
  }));
  const tallies = await tallyAnswers(tx, labId, groups, { counts: true, test: false });
  return new Map(
    searches.map(({ soupId, ids, answered }, at) => {
      const shares = new Map(
        answered.slice(1).map(({ modelId, n, versions }, pair) => {
          const counts = tallies[at]?.counts(pair);
          return [modelId, counts === undefined ? null : (counts.onlyFirst + counts.onlySecond) / (n * versions)];
        }),
      );
      return [soupId, ids.map((id) => shares.get(id) ?? null)];
    }),
  );
}

const bounds = question.pick({ replacement: true, most: true, passes: true });

/** What of a soup's parameters bounded its search; null stands for what it was not told. */
function toldOf(parameters: Readonly<Record<string, unknown>>): SoupEvidence['told'] {
  const said = Object.entries(parameters).filter(([name, value]) => name in bounds.shape && value !== null);
  // Another method may call something else so.
  return bounds.safeParse(Object.fromEntries(said)).data ?? {};
}

/** Where each model is first among the models of a pool. */
function placesOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [place, id] of ids.entries()) if (!places.has(id)) places.set(id, place);
  return places;
}

interface KnownSoup {
  readonly benchmarkId: string;
  /** With multiplicity. */
  readonly members: readonly string[];
  readonly score: number;
}

/** The soups that the searches of others went through. */
async function searched(
  tx: Tx,
  labId: string,
  soupIds: readonly string[],
  benchmarkIds: readonly string[],
): Promise<KnownSoup[]> {
  const pools = await queries.poolsOf(tx, labId, soupIds, MOST_POOL);
  const trials = await queries.tracesOf(tx, labId, [...pools.keys()], benchmarkIds, MOST_TRIALS);
  const traces = new Map<string, queries.RecordedTrial[]>();
  for (const trial of trials) {
    const mine = traces.get(trial.soupId);
    if (mine === undefined) traces.set(trial.soupId, [trial]);
    else mine.push(trial);
  }
  const known: KnownSoup[] = [];
  function* gather(): Generator<void> {
    for (const [soupId, theirs] of traces) {
      const pool = pools.get(soupId) ?? [];
      const placeOf = placesOf(pool);
      const trace = theirs.map((trial) => trialOf({ ...trial, index: placeOf.get(trial.candidateId) ?? -1 }));
      const benchmarkId = theirs[0]?.benchmarkId ?? '';
      for (const [key, score] of knownFromTrace(trace, pool.length)) {
        known.push({ benchmarkId, members: key.split(',').map((place) => pool[Number(place)] ?? ''), score });
        yield;
      }
    }
  }
  await inTurns(gather());
  return known;
}

/** A stored trial as searches record it: what is not so is left out. */
export function trialOf({ round, index, score, best, accepted, members, turn, removed }: EvidenceTrial): SoupTrial {
  const decision = { round, index, score, best, accepted, members };
  return { ...decision, ...(turn === null ? {} : { turn }), ...(removed ? { removed } : {}) };
}
