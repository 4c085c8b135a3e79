import { CookedRun } from '@stockpot/engine/analysis';
import { Command } from 'commander';
import { analyses } from './analyses/index.js';
import { print } from './print.js';
import { layOut, paintFor } from './text/layout.js';

const EXAMPLES = ['show .stockpot', 'show .stockpot basin', 'show .stockpot basin --json'];

/** `stockpot analyse show`: what the `analyses` of a recipe found, as it was stored. Nothing is computed. */
export function showCommand(): Command {
  return new Command('show')
    .summary('What did the analyses of a recipe find? The documents that a cook stored.')
    .description(
      'Prints an analysis that a recipe asked for, as it was stored; without a name, lists those there are. Nothing is computed.',
    )
    .argument('<home>', 'a cooked folder (.stockpot)')
    .argument('[name]', 'of an analysis of the recipe')
    .option('--recipe <name>', 'which recipe of the cooked folder, where it holds several')
    .option('--json', 'print the document as JSON')
    .addHelpText('after', `\nExamples:\n${EXAMPLES.map((line) => `  $ stockpot analyse ${line}`).join('\n')}`)
    .action(show);
}

async function show(
  home: string,
  name: string | undefined,
  { recipe, json }: { readonly recipe?: string; readonly json?: boolean },
): Promise<void> {
  const run = await CookedRun.open(home, recipe);
  if (name !== undefined) {
    const document = await run.document(name);
    print(analyses[document.analysis], document, { json: json === true, evaluable: true });
    return;
  }
  const rows = run.analyses.map(({ makes, title }) => ({ name: makes.name, analysis: makes.analysis, title }));
  const missing = (run.record.unfinished ?? []).flatMap(({ makes }) => (makes.type === 'analysis' ? [makes.name] : []));
  if (json === true) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length + missing.length === 0) {
    process.stdout.write(`The recipe ${run.record.name} asks for no analyses: docs/recipes.md says how it would.\n`);
  } else if (rows.length > 0) {
    const table = {
      head: ['~name', '~question'],
      rows: rows.map((row) => [row.name, row.title.replace(/^Analyse [^:]*: /, '')]),
    };
    process.stdout.write(`${layOut(table, paintFor(process.stdout))}\n`);
  }
  if (missing.length > 0) process.stderr.write(`Not finished: ${missing.join(', ')}. Cook the recipe again.\n`);
}
