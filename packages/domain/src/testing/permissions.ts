import type { ErrorCode } from '../errors.js';

/** @file Who may call which verb on a private lab: the table that `verb/permissions.test.ts` holds the code to. */

export const ACTORS = [
  'anonymous',
  'outsider',
  'viewer',
  'member',
  'maintainer',
  'owner',
  /** A member's API keys. */
  'token read',
  'token write',
  'token of another lab',
  'administrator',
  'worker',
  /** A worker that was declared dead. */
  'stale worker',
  'system',
] as const;
export type ActorName = (typeof ACTORS)[number];

/** ok, or the code of the refusal. */
export type Outcome = 'ok' | ErrorCode;
type Row = Readonly<Record<ActorName, Outcome>>;

const everybody = (outcome: Outcome): Row => ({
  anonymous: outcome,
  outsider: outcome,
  viewer: outcome,
  member: outcome,
  maintainer: outcome,
  owner: outcome,
  'token read': outcome,
  'token write': outcome,
  'token of another lab': outcome,
  administrator: outcome,
  worker: outcome,
  'stale worker': outcome,
  system: outcome,
});

/** To others a private lab and what is in it does not exist. An administrator of the installation is no member. */
const readers: Row = {
  ...everybody('ok'),
  anonymous: 'NOT_FOUND',
  outsider: 'NOT_FOUND',
  'token of another lab': 'NOT_FOUND',
  administrator: 'NOT_FOUND',
  worker: 'NOT_FOUND',
  'stale worker': 'NOT_FOUND',
};
const members: Row = {
  ...readers,
  viewer: 'FORBIDDEN',
  'token read': 'FORBIDDEN',
  'token of another lab': 'FORBIDDEN',
};
const owners: Row = { ...members, member: 'FORBIDDEN', maintainer: 'FORBIDDEN', 'token write': 'FORBIDDEN' };
const nobody: Row = { ...everybody('FORBIDDEN'), anonymous: 'UNAUTHENTICATED' };
const workersOnly: Row = { ...nobody, worker: 'ok', 'stale worker': 'STALE_LEASE' };
const installation: Row = { ...workersOnly, system: 'ok' };
const systemOnly: Row = { ...nobody, system: 'ok' };

export const EXPECTED: Readonly<Record<string, Row>> = {
  'analyses.diversity': readers,
  'analyses.documents': readers,
  'analyses.evidence': readers,
  'analyses.get': readers,
  'analyses.list': readers,
  'analyses.many': readers,
  'analyses.ofModels': readers,
  'analyses.ofPools': readers,
  'analyses.ofRuns': readers,
  'artifacts.get': readers,
  'benchmarks.get': readers,
  'benchmarks.list': readers,
  'benchmarks.many': readers,
  'comparisons.get': readers,
  'comparisons.many': readers,
  'datasets.get': readers,
  'datasets.getSplit': readers,
  'datasets.list': readers,
  'datasets.many': readers,
  'evaluations.correctness': readers,
  'evaluations.forModel': readers,
  'evaluations.forModels': readers,
  'evaluations.get': readers,
  'ingredients.list': readers,
  'labs.bySlug': readers,
  'labs.create': { ...systemOnly, administrator: 'ok' },
  'labs.get': readers,
  'labs.list': everybody('ok'),
  'labs.memberships': everybody('ok'),
  'labs.setMember': owners,
  'leaderboard.list': readers,
  'leaderboard.ranks': readers,
  'metrics.append': workersOnly,
  'metrics.batch': readers,
  'metrics.series': readers,
  'models.families': readers,
  'models.get': readers,
  'models.labLineage': readers,
  'models.lineage': readers,
  'models.list': readers,
  'models.many': readers,
  'recipes.get': readers,
  'recipes.many': readers,
  'runs.cancel': members,
  'runs.finish': workersOnly,
  'runs.get': readers,
  'runs.list': readers,
  'runs.many': readers,
  'runs.queued': workersOnly,
  'runs.start': workersOnly,
  'runs.steps': readers,
  'runs.stepsOfMany': readers,
  'runs.submit': members,
  'seeds.groups': readers,
  'seeds.methods': readers,
  'setup.checkToken': everybody('ok'),
  // Not by who asks but by the token they hold; there is an administrator here, so none works.
  'setup.claim': everybody('FORBIDDEN'),
  'setup.issueToken': { ...nobody, system: 'CONFLICT' },
  'setup.status': everybody('ok'),
  'soups.get': readers,
  'soups.many': readers,
  'soups.traces': readers,
  'steps.begin': workersOnly,
  'steps.complete': workersOnly,
  'steps.fail': workersOnly,
  'steps.findResult': workersOnly,
  'steps.get': readers,
  'steps.progress': workersOnly,
  'workers.heartbeat': workersOnly,
  'workers.list': installation,
  'workers.reap': installation,
  'workers.register': systemOnly,
  'workers.signOff': workersOnly,
};
