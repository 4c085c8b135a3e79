import { type Command, CommanderError } from 'commander';
import { UsageError } from './failure.js';

/** How commander calls the ends that are none: it printed the help or the version. */
const ASKED = /^commander\.(help|helpDisplayed|version)$/;

/**
 * A command line that commander does not understand is told as everything else is: a sentence, the next step, the exit
 * code of a failure. Help and version, which commander ends with an error too, stay as they are.
 */
export function speakAsTheHouse(command: Command): void {
  command.configureOutput({ outputError: () => undefined });
  command.exitOverride((error) => {
    if (ASKED.test(error.code)) throw error;
    throw new UsageError(sentence(error.message), `${fullName(command)} --help shows what can be said.`);
  });
  for (const inner of command.commands) speakAsTheHouse(inner);
}

/** Whether this is how commander ends after it printed the help or the version. */
export function endsAsAsked(error: unknown): error is CommanderError {
  return error instanceof CommanderError && ASKED.test(error.code);
}

/** "error: unknown option '--hom'\n(Did you mean --home?)" as two sentences. */
function sentence(message: string): string {
  const [problem = '', ...hints] = message.replace(/^error: /, '').split('\n');
  const stopped = /[.?!]$/.test(problem) ? problem : `${problem}.`;
  const words = hints.map((hint) => hint.replace(/^\((.*)\)$/, '$1'));
  return [`${stopped.charAt(0).toUpperCase()}${stopped.slice(1)}`, ...words].join(' ').trim();
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
