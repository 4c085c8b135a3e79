import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from './support/readme.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: root }).sort()];

describe('the documents', () => {
  it.each(documents)('%s links only to files that are there', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
  });

  it('name in README every npm script that a user runs, and no other', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const text = readFileSync(join(root, 'README.md'), 'utf8');
    const named = [...text.matchAll(/\bnpm (?:run )?(start|test|[a-z:]+)\b/g)].map((match) => match[1] ?? '');
    const known = named.filter((name) => name in scripts);
    expect(known).toEqual(expect.arrayContaining(['start', 'test', 'reset', 'build']));
  });
});

describe("README's example of a mistake", () => {
  it('is what the command prints', async () => {
    const [shown = ''] = codeBlocks(root, 'README.md', '## Write a recipe', 'console');
    const folder = mkdtempSync(join(tmpdir(), 'stockpot readme '));
    try {
      const recipe = readFileSync(join(root, 'examples/recipes/mnist.yaml'), 'utf8');
      writeFileSync(join(folder, 'my-recipe.yaml'), recipe.replace(/lr: \{ loguniform: .* \}/, 'lr: fast'));
      const command = [join(root, 'apps/cli/bin/stockpot.js'), 'validate', 'my-recipe.yaml'];
      const { FORCE_COLOR: _, ...uncoloured } = process.env;
      const refused = await run(process.execPath, command, {
        cwd: folder,
        env: { ...uncoloured, NO_COLOR: '1' },
      }).catch((error: { code: number; stderr: string }) => error);
      expect(refused).toMatchObject({ code: 1 });
      expect(`$ npx stockpot validate my-recipe.yaml\n${refused.stderr}`.trim()).toBe(shown.trim());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
