import { countStatements } from '@stockpot/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../index.js';
import { exampleRecipe, type SeedWorker, seedWorld, type World } from '../testing/index.js';
import { membersOf } from './members-of.js';
import { cookedMembers } from './what-if.js';

let world: World;
let worker: SeedWorker;
beforeAll(async () => {
  world = await seedWorld();
  worker = await world.worker('host');
});
afterAll(() => world.drop());

/** The example with four ingredients, scored so that their order is ft-02, ft-00, ft-03, ft-01; its models by name. */
async function cooked(slug: string, change = (recipe: string) => recipe) {
  const lab = await world.lab(slug);
  const alone: Record<string, number> = { 'ft-02': 0.9, 'ft-00': 0.85, 'ft-03': 0.8, 'ft-01': 0.775 };
  const run = await lab.submit(change(exampleRecipe({ count: 4 })));
  await run.cook(worker, { top1: (step) => alone[step.split('/').at(-1) ?? ''] ?? 0.875 });
  const { edges, columns } = await domain.leaderboard.list({ ctx: world.system, input: { lab: slug } });
  const ids = new Map(edges.map(({ node }) => [node.model.name, node.model.id]));
  const evidence = async (name: string) => {
    const input = { lab: slug, ids: [ids.get(name) ?? ''] };
    const [found] = await domain.analyses.evidence({ ctx: world.system, input });
    if (found === undefined) throw new Error(`${name} has no evidence`);
    return found;
  };
  return { lab, run, ids, columns, evidence };
}

const names = (models: readonly domain.Model[]) => models.map(({ name }) => name);

describe('a greedy soup', () => {
  test('has its evidence: the pool, scores and answers of each, what is known, and what training took', async () => {
    const { evidence, lab, ids, run } = await cooked('evidence');
    const found = await evidence('greedy');
    expect(names(found.pool)).toEqual(['ft-00', 'ft-01', 'ft-02', 'ft-03']);
    expect(found.scores).toEqual([0.85, 0.775, 0.9, 0.8]);
    expect([found.n, found.rows]).toEqual([40, 40]);
    // Beside ft-02, which was taken first; each is right on so many of 40, from the first on.
    expect(found.differing).toEqual([2 / 40, 5 / 40, 0, 4 / 40]);
    expect(found.trace.map(({ index }) => index)).toEqual([2, 0, 3, 1]);
    // Its own trials (the seed kit's search takes all but the last) and the uniform soup of all, which was evaluated.
    expect(Object.fromEntries(found.known)).toEqual({
      '2': 0.9,
      '0,2': 0.9,
      '0,2,3': 0.9,
      '0,1,2,3': expect.any(Number),
    });
    expect(found.seconds.every((seconds) => seconds !== null && seconds >= 0)).toBe(true);
    // What a copy of a checkpoint took is not what its training took.
    await world.db.pool.query(`update steps set kind = 'import' where run_id = $1 and step_id = 'ingredients/ft-01'`, [
      run.id,
    ]);
    expect((await evidence('greedy')).seconds).toEqual([...found.seconds].with(1, null));

    const input = { lab: lab.slug, ids: [ids.get('uniform') ?? '', ids.get('ft-00') ?? '', 'soup_nothing'] };
    expect(await domain.analyses.evidence({ ctx: world.system, input })).toEqual([]);
  });

  test('knows its own search, whatever else was cooked of the same ingredients since', async () => {
    const { evidence, lab, ids } = await cooked('old');
    const before = Object.fromEntries((await evidence('greedy')).known);
    const many = Array.from({ length: 300 }, (_, i) => `soup_${'7'.repeat(10)}${'z'.repeat(12)}${1000 + i}`);
    const values = [lab.id, many, ids.get('greedy'), ids.get('ft-00')];
    const inserted = await world.db.pool.query(
      `with later as (
         insert into models (lab_id, id, kind, name, artifact_id, step_key)
         select lab_id, new.id, kind, new.id, artifact_id, encode(sha256(new.id::bytea), 'hex')
         from models, unnest($2::text[]) as new(id) where lab_id = $1 and models.id = $3 returning id)
       insert into model_parents (lab_id, child_id, parent_id, coefficient) select $1, id, $4, 1 from later`,
      values,
    );
    expect(inserted.rowCount).toBe(300);
    expect(Object.keys(before)).toHaveLength(4);
    expect(Object.fromEntries((await evidence('greedy')).known)).toEqual(before);
  });

  test('of soups knows them as they were mixed, not with statistics that were estimated again', async () => {
    const { evidence, lab, ids } = await cooked('estimated', (recipe) =>
      recipe.replace(
        /^baselines:/m,
        '  again: { method: greedy, ingredients: [uniform, greedy], select: selection }\nbaselines:',
      ),
    );
    const before = (await evidence('again')).known;
    // Its search began with the other, so that this one alone is known from nowhere.
    expect(before.has('1')).toBe(false);
    const [beside, values] = [
      'greedy-batchnorm',
      [lab.id, `soup_${'7'.repeat(10)}${'z'.repeat(16)}`, ids.get('greedy')],
    ];
    const copy = async (table: string, columns: string, read: string) =>
      world.db.pool.query(`insert into ${table} (lab_id, ${columns}) select lab_id, ${read}`, values);
    const from = (table: string, id: string) => `from ${table} where lab_id = $1 and ${id} = $3`;
    const key = `encode(sha256(($2 || id)::bytea), 'hex')`;
    const [numbers, id] = ['nll, ece, brier, examples, correct, forward_passes, seconds', `'eval_' || right($2, 26)`];
    await copy(
      'models',
      'id, kind, name, artifact_id, step_key',
      `$2, kind, '${beside}', artifact_id, ${key} ${from('models', 'id')}`,
    );
    await copy('soups', 'id, method, parameters, mixing', `$2, 'batchnorm', '{}', mixing ${from('soups', 'id')}`);
    await copy(
      'soup_coefficients',
      'soup_id, position, ingredient_id, coefficient',
      `$2, 0, id, 1 ${from('soups', 'id')}`,
    );
    await copy('model_parents', 'child_id, parent_id, coefficient', `$2, id, 1 ${from('soups', 'id')}`);
    await copy(
      'evaluations',
      `id, model_id, model_kind, benchmark_id, role, spent, n, top1, ${numbers}, step_key`,
      `${id}, $2, model_kind, benchmark_id, role, spent, n, 0.5, ${numbers}, ${key} ${from('evaluations', 'model_id')} and role = 'selection'`,
    );
    expect((await evidence('again')).known).toEqual(before);
  });

  test('is diagnosed in sentences that its scores bear out', async () => {
    const { evidence } = await cooked('diagnosis');
    const found = domain.analyses.diagnose(await evidence('greedy'));
    expect(found).toMatchObject({
      kept: 3,
      summary: 'Greedy kept 3 of 4 ingredients, scored on 40 selection examples.',
    });
    expect(found?.findings.map(({ kind }) => kind)).toContain('selection-too-small');
    const one = await evidence('greedy');
    const alone = {
      ...one,
      trace: one.trace.map((trial, place) => ({
        ...trial,
        accepted: place === 0,
        members: 1,
        score: place === 0 ? 0.9 : 0.7,
      })),
    };
    expect(domain.analyses.diagnose(alone)?.summary).toMatch(/^Greedy kept ft-02 alone: of 3 other ingredients none/);
    expect(domain.analyses.diagnose({ ...one, scores: [0.1, null, 0.2, 0.3] })).toBeNull();
    expect(domain.analyses.diagnose({ ...one, method: 'pruned' })).toBeNull();
  });

  test('chosen on images in several versions is judged by its images, of which versions are no more', async () => {
    const { evidence, lab } = await cooked('versions');
    const plain = await evidence('greedy');
    await world.db.pool.query(
      `update benchmarks set corruptions = '{fog,snow}', severities = '{1,3}' where lab_id = $1 and role = 'selection'`,
      [lab.id],
    );
    const found = await evidence('greedy');
    expect([found.n, found.rows]).toEqual([10, 40]);
    expect(found.differing).toEqual(plain.differing);
    const detectable = (one: typeof found) =>
      domain.analyses.diagnose(one)?.findings.find(({ kind }) => kind === 'selection-too-small')?.evidence;
    // The answers are the same, and differ on as many of them.
    expect(detectable(found)).toMatchObject({ n: 10, discordance: detectable(plain)?.discordance });
    const width = (one: typeof found) => domain.analyses.marginalValues(one).map(({ low, high }) => high - low);
    for (const [place, wide] of width(found).entries()) expect(wide).toBeGreaterThan(1.5 * (width(plain)[place] ?? 1));
  });

  test('is replayed by other rules from what is known, and what is not known is named', async () => {
    const { evidence } = await cooked('replay');
    const found = await evidence('greedy');
    const paper = await domain.analyses.whatIf(found, { method: 'greedy', accept: '>=' });
    // The kit's trace and the evaluated soup of all decide the paper's question.
    expect(paper?.answered).toBe(true);
    // Ties: the released code's rule turns down what only equals.
    const strict = await domain.analyses.whatIf(
      { ...found, known: new Map([...found.known, ['2,3', 0.85], ['1,2', 0.85]]) },
      { method: 'greedy', accept: '>' },
    );
    expect(strict).toMatchObject({ answered: true, score: 0.9, same: false, missing: [] });
    expect(names(strict?.members ?? [])).toEqual(['ft-02']);
    const given = await domain.analyses.whatIf(found, {
      method: 'greedy',
      accept: '>=',
      order: 'given',
      start: 'first',
    });
    expect(given).toMatchObject({ answered: false, members: [], score: null, same: null });
    expect(names(given?.missing ?? [])).toEqual(['ft-00', 'ft-01']);
    for (const question of domain.analyses.usualQuestions(found)) {
      const answer = await domain.analyses.whatIf(found, question);
      expect(answer?.answered === true ? answer.members : answer?.missing).not.toEqual([]);
    }
  });

  test('shows what each ingredient added, against what it cost', async () => {
    const { evidence } = await cooked('marginal');
    const found = await evidence('greedy');
    const hours = { ...found, seconds: [1800, 7200, 3600, null] };
    const scores = [0.8, 0.85, 0.9, 0.9];
    const risen = { ...hours, trace: found.trace.map((trial, place) => ({ ...trial, score: scores[place] ?? 0 })) };
    const values = domain.analyses.marginalValues(risen);
    expect(values.map(({ n, ingredient }) => `${n} ${ingredient.name}`)).toEqual(['1 ft-02', '2 ft-00', '3 ft-03']);
    expect(values.map(({ gain }) => gain)).toEqual([null, expect.closeTo(0.05, 12), expect.closeTo(0.05, 12)]);
    expect(values.map(({ gainPerHour }) => gainPerHour)).toEqual([null, expect.closeTo(0.1, 12), null]);
    expect(values[0]).toMatchObject({ seconds: 3600 });
    const [first] = values;
    expect(first !== undefined && first.low < 0.8 && first.high > 0.8).toBe(true);
  });
});

test('a search that was bounded is asked for with its bounds, others are not', async () => {
  const { evidence } = await cooked('bounded', (recipe) =>
    recipe.replace(
      'baselines:',
      `  again: { method: greedier, ingredients: [ft], select: selection, replacement: true, most: 3 }
  once: { method: pruned, ingredients: [ft], select: selection, passes: 1 }
baselines:`,
    ),
  );
  const asked = async (name: string) => domain.analyses.usualQuestions(await evidence(name));
  const [greedier, pruned] = [
    { method: 'greedier', accept: '>=' },
    { method: 'pruned', accept: '>=' },
  ];
  expect((await asked('again')).slice(-2)).toEqual([{ ...greedier, replacement: true, most: 3 }, pruned]);
  expect((await asked('once')).slice(-2)).toEqual([greedier, { ...pruned, passes: 1 }]);
  expect((await asked('greedy')).slice(-2)).toEqual([greedier, pruned]);
});

test('what one search paid for answers the questions of another', async () => {
  const { evidence } = await cooked('neighbours', (recipe) =>
    recipe.replace(
      'baselines:',
      "  strict: { method: greedy, ingredients: [ft], select: selection, accept: '>' }\nbaselines:",
    ),
  );
  const [greedy, strict] = [await evidence('greedy'), await evidence('strict')];
  expect([...strict.known.keys()].sort()).toEqual([...greedy.known.keys()].sort());
});

test('soups are read, and asked for their evidence, in as many statements as one of them', async () => {
  const { lab, ids } = await cooked('statements');
  const counted = async (
    verb: typeof domain.soups.many | typeof domain.analyses.evidence,
    names: readonly string[],
  ) => {
    const { db, statements } = countStatements(world.db);
    const input = { lab: lab.slug, ids: names.flatMap((name) => ids.get(name) ?? []) };
    expect(await verb({ ctx: { ...world.system, db }, input })).toHaveLength(names.length);
    return statements();
  };
  const soup = await counted(domain.soups.many, ['greedy']);
  expect(await counted(domain.soups.many, ['greedy', 'uniform'])).toBe(soup);
  expect(soup).toBeLessThan(15);
  expect(await counted(domain.analyses.evidence, ['greedy'])).toBeLessThan(24);
});

describe('a pool', () => {
  test('is compared pair by pair on one benchmark', async () => {
    const { lab, ids, columns } = await cooked('pool');
    const models = ['ft-00', 'ft-01', 'ft-02', 'ft-03'].map((name) => ids.get(name) ?? '');
    const selection = columns.find(({ role }) => role === 'selection')?.id;
    const input = { lab: lab.slug, pools: [{ models, benchmark: selection }, { models }] };
    const [found, usual] = await domain.analyses.diversity({ ctx: world.system, input });
    expect(found).toMatchObject({ benchmarkId: selection, n: 40, versions: 1, models });
    expect(found?.pairs.first).toEqual([0, 0, 0, 1, 1, 2]);
    expect(found?.pairs.second).toEqual([1, 2, 3, 2, 3, 3]);
    // The kit's models are right on the first examples: they differ on what one has more. 34, 31, 36 and 32 of 40.
    expect(found?.pairs.disagreement).toEqual([3, 2, 2, 5, 1, 4].map((differ) => differ / 40));
    expect(found?.mean.disagreement).toBeCloseTo(17 / 6 / 40, 12);
    expect(usual?.benchmarkId).toBe(columns[0]?.id);
  });

  test('of one model, or of models of another lab, has no diversity', async () => {
    const { lab, ids } = await cooked('alone');
    await world.lab('other');
    const [one = '', other = ''] = [ids.get('ft-00'), ids.get('ft-01')];
    const pools = [{ models: [one] }, { models: [one, 'ingr_nothing'] }, { models: [] }];
    expect(await domain.analyses.diversity({ ctx: world.system, input: { lab: lab.slug, pools } })).toEqual([
      null,
      null,
      null,
    ]);
    const theirs = { lab: 'other', pools: [{ models: [one, other] }] };
    expect(await domain.analyses.diversity({ ctx: world.system, input: theirs })).toEqual([null]);
  });
});

test('members are read from coefficients: shares of a whole, each as often as it counts', () => {
  expect(membersOf(['a', 'b', 'c'], [1 / 3, 1 / 3, 1 / 3])).toEqual(['a', 'b', 'c']);
  expect(membersOf(['a', 'b'], [2 / 3, 1 / 3])).toEqual(['a', 'a', 'b']);
  expect(membersOf(['a', 'b'], [0, 1])).toEqual(['b']);
  expect(membersOf(['a', 'b'], [Math.SQRT1_2, 1 - Math.SQRT1_2])).toEqual([]);
  expect(membersOf(['a', 'b'], [1.5, -0.5])).toEqual([]);
});

test('a search that takes out ends with what is left', () => {
  const trial = { round: 0, score: 0.5, best: 0.5, members: 2, turn: 0 };
  expect(
    cookedMembers(
      [
        { ...trial, index: 1, accepted: true, removed: true },
        { ...trial, index: 0, accepted: false, removed: true },
      ],
      3,
    ),
  ).toEqual([0, 2]);
});
