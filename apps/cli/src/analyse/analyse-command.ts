import { Command } from 'commander';
import { onInterrupt } from '../interrupt.js';
import { analyses } from './analyses/index.js';
import { type Analysis, placeOptions } from './define-analysis.js';
import { openPlace } from './place.js';
import { print } from './print.js';
import { AnalysisProgress } from './progress.js';
import { showCommand } from './show-command.js';

const STOPPING = 'Stopping: mixtures that were evaluated are kept.';

/** `stockpot analyse NAME …`, one command a row of the table of analyses. */
export function analyseCommand(): Command {
  const rows = Object.entries(analyses);
  const analyse = new Command('analyse')
    .description('Say why a soup is better: barriers, contributions, diversity, where models lie, why greedy stopped.')
    .addHelpText(
      'after',
      `
Models are checkpoints (files, indexes of shards, folders) with --data DIR, or a cooked folder and names
of its models: what was evaluated when it was cooked is not evaluated again.

Examples:
${rows
  .map(
    ([
      ,
      {
        examples: [example],
      },
    ]) => `  $ stockpot analyse ${example}`,
  )
  .join('\n')}

stockpot analyse NAME --help shows what an analysis says, its source and all that it can be told.`,
    );
  for (const [name, entry] of rows) analyse.addCommand(commandOf(name, entry));
  analyse.addCommand(showCommand());
  return analyse;
}

function commandOf(name: string, entry: Analysis): Command {
  const examples = entry.examples.map((example) => `  $ stockpot analyse ${example}`).join('\n');
  const command = new Command(name)
    .description(entry.description)
    .summary(entry.title)
    .argument(entry.words, 'checkpoints, or a cooked folder (.stockpot) and names of its models')
    .addHelpText('after', `\nSource: ${entry.source}\n\nExamples:\n${examples}`);
  for (const option of entry.options) command.addOption(option);
  return command
    .option('--json', 'print the document as JSON')
    .action((words: readonly string[], options: { readonly json?: boolean }) => tell(entry, words, options));
}

async function tell(entry: Analysis, words: readonly string[], options: { readonly json?: boolean }): Promise<void> {
  const progress = new AnalysisProgress(process.stderr);
  const interrupt = onInterrupt(() => progress.note(STOPPING));
  try {
    const context = { signal: interrupt.signal, progress };
    const { place, cooked } = await openPlace(words, placeOptions.parse(options), context);
    const document = await entry.run(place, options);
    progress.finish();
    print(entry, document, { json: options.json === true, evaluable: cooked });
  } finally {
    progress.finish();
    interrupt.dispose();
  }
}
