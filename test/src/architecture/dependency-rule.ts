import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * Who may import whom (docs/architecture.md). Arrows point down only. A value ending in `/*` allows the package with all its
 * subpaths; the engine's `recipe`, `statistics`, `metrics` and `analysis/documents` are pure, so the domain may use them
 * (docs/adr/0002); `bench` prints bars.
 */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  'packages/engine': [],
  'packages/db': [],
  'packages/domain': [
    '@stockpot/db/*',
    '@stockpot/engine/recipe',
    '@stockpot/engine/statistics',
    '@stockpot/engine/analysis/documents',
    '@stockpot/engine/metrics',
    '@stockpot/engine/bench',
  ],
  'apps/api': ['@stockpot/domain/*', '@stockpot/db/*', '@stockpot/engine/bench'],
  'apps/worker': ['@stockpot/domain/*', '@stockpot/db/*', '@stockpot/engine/*'],
  'apps/cli': ['@stockpot/engine/*'],
  'apps/web': [],
  scripts: ['@stockpot/domain/*', '@stockpot/db/*', 'stockpot/progress', 'stockpot/leaderboard'],
};

/** Libraries that only one place may know, so that a change of library stays a change of one place. */
export const exclusiveLibraries: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['packages/engine'],
  sharp: ['packages/engine'],
  hyparquet: ['packages/engine'],
  yauzl: ['packages/engine'],
  tar: ['packages/engine'],
  'csv-parse': ['packages/engine'],
  pg: ['packages/db'],
  'drizzle-orm': ['packages/db', 'packages/domain', 'apps/api'],
  '@dbos-inc/dbos-sdk': ['apps/worker'],
  '@apollo/server': ['apps/api'],
  next: ['apps/web'],
};

export interface Import {
  readonly file: string;
  readonly owner: string;
  readonly specifier: string;
}

const importPattern =
  /(?:^|[\s;}])(?:import|export)\s(?:[^'"();]*?\sfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Every specifier that a source text imports, statically or dynamically. */
export function importsOf(source: string): string[] {
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...withoutComments.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? '');
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.(ts|tsx|mts|js|mjs)$/.test(entry.name)) yield path;
  }
}

/** Every import of every source file below `packages` and `apps`. */
export function collectImports(root: string): Import[] {
  return Object.keys(allowedImports).flatMap((owner) =>
    [...sourceFiles(join(root, owner, 'src'))].flatMap((path) =>
      importsOf(readFileSync(path, 'utf8')).map((specifier) => ({
        file: relative(root, path).split(sep).join('/'),
        owner,
        specifier,
      })),
    ),
  );
}

function matches(specifier: string, pattern: string): boolean {
  if (!pattern.endsWith('/*')) return specifier === pattern;
  const name = pattern.slice(0, -2);
  return specifier === name || specifier.startsWith(`${name}/`);
}

function libraryName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The sentence that says why an import breaks the rule, or undefined where it is allowed. */
export function violation({ file, owner, specifier }: Import): string | undefined {
  const isTest = /\.test\.tsx?$|\/testing\//.test(file);
  if (specifier.startsWith('.')) {
    const target = join(dirname(file), specifier).split(sep).join('/');
    if (target.startsWith(`${owner}/`)) return undefined;
    return `${file} reaches out of ${owner} by the path ${specifier}; import the package by its name, if ${owner} may know it`;
  }
  const allowed = allowedImports[owner] ?? [];
  if (specifier === 'stockpot' || specifier.startsWith('stockpot/')) {
    if (allowed.includes(specifier)) return undefined;
    return `${file} imports ${specifier}; only npm start may depend on the command line`;
  }
  if (specifier.startsWith('@stockpot/')) {
    if (specifier.startsWith(`@stockpot/${owner.split('/')[1]}`)) return undefined;
    if (allowed.some((pattern) => matches(specifier, pattern))) return undefined;
    return `${file} imports ${specifier}, but ${owner} may import only ${allowed.join(', ') || 'none of our packages'}`;
  }
  const owners = exclusiveLibraries[libraryName(specifier)];
  if (owners !== undefined && !owners.includes(owner) && !isTest) {
    return `${file} imports ${specifier}, which only ${owners.join(', ')} may know`;
  }
  return undefined;
}
