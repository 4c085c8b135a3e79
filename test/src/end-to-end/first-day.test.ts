import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stockpot } from '../faults/stockpot.js';
import { browserPath, launchBrowser, overflow, type Watch, watch, whyNoBrowser } from '../support/browser.js';
import { codeBlocks } from '../support/readme.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const tiny = join(root, 'examples/recipes/tiny.yaml');

interface CookedJson {
  readonly steps: readonly { id: string; key: string; reused: boolean; outputs: Record<string, string> }[];
}

/** The first day of a lab: one server, cooked from nothing, used by a person and by scripts. In this order. */
describe('the first day', { timeout: 240_000 }, () => {
  const stockpot = new Stockpot({ STOCKPOT_RECIPE: tiny });
  let web = '';
  let api = '';
  let environment: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    stockpot.start();
    await stockpot.says('Everything is saved');
    const ports = stockpot.ports();
    web = `http://127.0.0.1:${ports.web}`;
    api = `http://127.0.0.1:${ports.api}`;
    environment = { ...process.env, STOCKPOT_API: api };
  }, 240_000);

  afterAll(() => stockpot.cleanUp());

  describe('scripts', () => {
    const isBoard = (output: string) => {
      for (const model of ['greedy', 'uniform', 'ft-ensemble', 'ft-00', 'mae-vit-micro'])
        expect(output).toContain(model);
    };

    it("README's curl prints the leaderboard as written", async () => {
      const [snippet, ...others] = codeBlocks(root, 'README.md', '## Ask from a script', 'sh');
      expect(others).toEqual([]);
      const { stdout } = await run('bash', ['-c', snippet ?? ''], { env: environment });
      const { data } = JSON.parse(stdout);
      expect(data.leaderboard.columns).toContainEqual({ name: 'test', n: 500 });
      isBoard(stdout);
    });

    it("README's Python prints the leaderboard as written", async (context) => {
      const python = await run('python3', ['--version']).catch(() => undefined);
      if (python === undefined) return context.skip('this machine has no python3');
      const [snippet, ...others] = codeBlocks(root, 'README.md', '## Ask from a script', 'python');
      expect(others).toEqual([]);
      const { stdout } = await run('python3', ['-c', snippet ?? ''], { env: environment });
      expect(stdout).toMatch(/^rank\tmodel\t.*test \(n=500\)/);
      isBoard(stdout);
    });

    it('examples/analysis/leaderboard.py prints a table with the role and n of every column', async (context) => {
      const python = await run('python3', ['--version']).catch(() => undefined);
      if (python === undefined) return context.skip('this machine has no python3');
      const { stdout } = await run('python3', [join(root, 'examples/analysis/leaderboard.py')], { env: environment });
      expect(stdout).toContain('selection (selection, n=400)');
      isBoard(stdout);
    });

    it('examples/analysis/soup-against-best-ingredient.ts compares the soups with the best ingredient', async () => {
      const script = join(root, 'examples/analysis/soup-against-best-ingredient.ts');
      const { stdout } = await run(process.execPath, ['--import', 'tsx', script], { env: environment, cwd: root });
      expect(stdout).toMatch(/best ingredient ft-0\d: [\d.]+ % \[/);
      expect(stdout).toMatch(/soup greedy: [\d.]+ % \[/);
    });
  });

  it('the command line cooks the same recipe to the same keys, bytes and scores, with no server', async () => {
    const home = mkdtempSync(join(tmpdir(), 'stockpot cook '));
    try {
      const command = [join(root, 'apps/cli/bin/stockpot.js'), 'cook', tiny, '--home', home, '--json'];
      const { stdout } = await run(process.execPath, command, { cwd: root, maxBuffer: 1 << 26 });
      const cooked: CookedJson = JSON.parse(stdout);
      const [served] = await stockpot.runs();
      const ofServer = (served?.steps ?? []).map(({ stepId, key, artifacts: made }) => ({
        id: stepId,
        key,
        outputs: Object.fromEntries(made.map(({ output, artifact }) => [output, artifact.hash])),
      }));
      expect(cooked.steps.map(({ id, key, outputs }) => ({ id, key, outputs }))).toEqual(ofServer);
      expect(cooked.steps).toHaveLength(33);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  describe('a person with a browser', () => {
    let browser: Browser;
    let page: Page;
    let seen: Watch;

    beforeAll(async () => {
      if (browserPath === undefined) return;
      browser = await launchBrowser();
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      page = await context.newPage();
      seen = watch(page);
    });
    afterAll(() => browser?.close());

    const story = (name: string, tell: () => Promise<void>) =>
      it(name, async (context) => {
        if (browserPath === undefined) return context.skip(whyNoBrowser);
        await tell();
      });

    story('sees the leaderboard, without an account: ranks, intervals, roles and n', async () => {
      await page.goto(web);
      await page.waitForURL(/\/labs\/demo/);
      const table = page.getByRole('table');
      await table.getByText('greedy').waitFor();
      const text = await table.innerText();
      for (const expected of ['n = 500', 'n = 20 × 30', 'never ranks', 'best ingredient', 'ensemble'])
        expect(text).toContain(expected);
      expect(await table.getByRole('row').count()).toBe(8);
    });

    story('orders by another column, filters by kind and searches; the address remembers it', async () => {
      await page
        .getByRole('link', { name: /corruptions/i })
        .or(page.getByRole('button', { name: /corruptions/i }))
        .first()
        .click();
      await page
        .getByRole('button', { name: 'Soups' })
        .or(page.getByRole('link', { name: 'Soups' }))
        .first()
        .click();
      await page.getByRole('table').getByText('ft-00').waitFor({ state: 'detached' });
      expect(await page.getByRole('table').getByRole('row').count()).toBe(3);
      const address = page.url();
      await page.goto(address);
      await page.getByRole('table').getByText('uniform').waitFor();
      expect(await page.getByRole('table').getByRole('row').count()).toBe(3);
    });

    story('opens the greedy soup: coefficients, trace, heatmap and baselines', async () => {
      await page.getByRole('table').getByRole('link', { name: 'greedy' }).first().click();
      await page.waitForURL(/\/soups\/soup_/);
      for (const heading of [
        'Coefficients',
        'Search trace',
        'Beside its baselines',
        'Is the difference real?',
        'How differently its ingredients err',
        'Analyses of this soup and its pool',
        'Corruptions: difference to the stock',
        'Provenance',
      ]) {
        await page.getByRole('heading', { name: heading }).waitFor();
      }
      await page
        .getByText(/accepted/)
        .first()
        .waitFor();
      await page
        .getByText(/rejected/)
        .first()
        .waitFor();
      for (const chart of ['Score on the selection split', 'models by their accuracy']) {
        await page
          .getByRole('img', { name: new RegExp(chart, 'i') })
          .locator('svg')
          .first()
          .waitFor();
      }
    });

    story('looks at the run: its plan as a graph, its steps, its curves', async () => {
      await page.getByRole('link', { name: 'Runs' }).click();
      await page.getByRole('link', { name: /tiny/ }).first().click();
      await page.waitForURL(/\/runs\/run_/);
      await page.locator('.react-flow__node').first().waitFor();
      expect(await page.locator('.react-flow__node').count()).toBeGreaterThanOrEqual(10);
      await page.getByText('33 of 33 steps').waitFor();
      await page.getByText('Fine-tune ft-00').first().click();
      await page.getByText('Learning rate').waitFor();
      await page.locator('canvas').first().waitFor();
    });

    story('follows the lineage and the data', async () => {
      await page.getByRole('link', { name: 'Lineage' }).click();
      await page.getByRole('heading', { name: 'Mixtures' }).waitFor();
      await expect.poll(() => page.locator('.react-flow__node').count()).toBe(7);
      await page.getByRole('link', { name: 'Data' }).click();
      for (const role of ['unlabeled', 'train', 'selection', 'test'])
        await page.getByText(role, { exact: true }).first().waitFor();
    });

    story('sets up the first administrator with the link of the terminal, once', async () => {
      const [, link = ''] = stockpot.output.match(/(http:\/\/127\.0\.0\.1:\d+\/setup\?token=\S+)/) ?? [];
      await page.goto(link);
      await page.getByLabel('Name').fill('Ada Lovelace');
      await page.getByLabel('E-mail').fill('ada@example.org');
      await page.getByLabel('Password').fill('correct horse battery staple');
      await page.getByRole('button', { name: 'Create the administrator' }).click();
      await page.getByRole('button', { name: /Account of Ada Lovelace/ }).waitFor();

      const second = await fetch(`${api}/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: web },
        body: JSON.stringify({
          token: new URL(link).searchParams.get('token'),
          name: 'Eve',
          email: 'eve@example.org',
          password: 'correct horse battery staple',
        }),
      });
      expect(second.status).toBeGreaterThanOrEqual(400);
    });

    story('is told where a recipe is wrong', async () => {
      await page.goto(`${web}/labs/demo/runs/new`);
      await page
        .getByRole('textbox')
        .first()
        .fill(readFileSync(tiny, 'utf8').replace('loguniform: [3.0e-4, 2.0e-3]', 'logunifrom: [3.0e-4, 2.0e-3]'));
      await page
        .getByRole('button', { name: 'Submit the recipe' })
        .or(page.getByRole('button', { name: /cook|submit|start/i }))
        .first()
        .click();
      await page.getByText('ingredients[0].space.lr').first().waitFor();
    });

    story('cooks again with one more ingredient: only what is new is run, and the leaderboard follows', async () => {
      const board = await page.context().newPage();
      await board.goto(`${web}/labs/demo`);
      await board.getByRole('table').getByText('ft-02').waitFor();

      await page.getByRole('textbox').first().fill(readFileSync(tiny, 'utf8').replace('count: 3', 'count: 4'));
      await page
        .getByRole('button', { name: 'Submit the recipe' })
        .or(page.getByRole('button', { name: /cook|submit|start/i }))
        .first()
        .click();
      await page.waitForURL(/\/runs\/run_/);
      await page.getByText('37 of 37 steps').waitFor({ timeout: 60_000 });
      await board.getByRole('table').getByText('ft-03').waitFor({ timeout: 15_000 });

      const [second] = await stockpot.runs();
      const status = (id: string) => second?.steps.find(({ stepId }) => stepId === id)?.status;
      expect(['stock', 'head', 'ingredients/ft-00', 'evaluations/ft-02/test'].map(status)).toEqual(
        Array(4).fill('REUSED'),
      );
      expect(['ingredients/ft-03', 'soups/uniform'].map(status)).toEqual(Array(2).fill('SUCCEEDED'));
      await board.close();
    });

    story('reads every page on a telephone, in the dark, without scrolling sideways', async () => {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
      const phone = await context.newPage();
      const phoneSeen = watch(phone);
      const greedy = page.url().replace(/\/runs\/.*/, '');
      for (const path of ['', '/runs', '/lineage', '/data']) {
        await phone.goto(`${greedy}${path}`);
        await phone.getByRole('heading', { level: 1 }).waitFor();
        await phone.waitForLoadState('networkidle');
        expect(await overflow(phone), `${path} is wider than the screen`).toBeLessThanOrEqual(0);
      }
      expect(phoneSeen).toEqual({ foreign: [], errors: [] });
      await context.close();
    });

    story('asks for a page that is not there, and is told what to do', async () => {
      const stray = await page.context().newPage();
      const response = await stray.goto(`${web}/labs/no-such-lab`);
      expect(response?.status()).toBe(404);
      await stray.getByRole('heading', { name: 'There is nothing at this address' }).waitFor();
      for (const [path, what] of [
        ['soups/soup_01h455vb4pex5vsknk084sn02q', 'soup'],
        ['models/ingr_01h455vb4pex5vsknk084sn02q', 'model'],
        ['runs/run_01h455vb4pex5vsknk084sn02q', 'run'],
        ['analyses/ana_01h455vb4pex5vsknk084sn02q', 'analysis'],
      ]) {
        await stray.goto(`${web}/labs/demo/${path}`);
        await stray.getByRole('heading', { name: `There is no such ${what}` }).waitFor();
      }
      await stray.close();
    });

    story('tries a query in GraphiQL, with nothing from outside', async () => {
      const tab = await page.context().newPage();
      const tabSeen = watch(tab);
      await tab.goto(`${api}/graphiql`);
      await tab.locator('.graphiql-container').waitFor();
      expect(tabSeen.foreign).toEqual([]);
      await tab.close();
    });

    story('met no error, and no request left the machine', async () => {
      expect(seen).toEqual({ foreign: [], errors: [] });
    });
  });
});
