import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { collectImports, importsOf, violation } from './dependency-rule.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('the dependency rule', () => {
  it('holds for every import of every package', () => {
    const imports = collectImports(root);
    expect(imports.length).toBeGreaterThan(300);
    expect(imports.map(violation).filter((sentence) => sentence !== undefined)).toEqual([]);
  });

  it('sees static, type-only, side-effect, re-exported and dynamic imports, and no comments', () => {
    const source = [
      "import { a } from 'one';",
      "import type { B } from 'two';",
      "import 'three';",
      "export * from 'four';",
      "const five = await import('five');",
      "import {\n  c,\n  d,\n} from 'six';",
      "// import x from 'seven';",
      "/* import y from 'eight'; */",
    ].join('\n');
    expect(importsOf(source)).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
  });

  it.each([
    ['packages/engine', '@stockpot/db'],
    ['packages/db', '@stockpot/domain'],
    ['packages/domain', '@stockpot/engine'],
    ['packages/domain', '@stockpot/engine/steps'],
    ['apps/api', '@stockpot/engine'],
    ['apps/cli', '@stockpot/domain'],
    ['apps/web', '@stockpot/domain'],
    ['apps/api', 'onnxruntime-node'],
    ['packages/domain', '@dbos-inc/dbos-sdk'],
    ['apps/worker', '../../../packages/db/src/index.js'],
  ])('refuses %s importing %s', (owner, specifier) => {
    expect(violation({ file: `${owner}/src/somewhere.ts`, owner, specifier })).toMatch(
      /somewhere\.ts (imports|reaches)/,
    );
  });

  it.each([
    ['packages/domain', '@stockpot/engine/recipe'],
    ['apps/api', '@stockpot/domain'],
    ['apps/worker', '@stockpot/engine/process'],
    ['apps/cli', './progress/index.js'],
  ])('lets %s import %s', (owner, specifier) => {
    expect(violation({ file: `${owner}/src/somewhere.ts`, owner, specifier })).toBeUndefined();
  });
});
