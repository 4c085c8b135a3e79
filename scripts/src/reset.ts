import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { postgresFolders, removePostgres, stopPostgres } from '@stockpot/db/embedded';
import { printFailure } from '../lib/say.mjs';
import { type Home, homeAt } from './home.js';
import { lockHolder } from './lock.js';
import { dataRoot } from './paths.js';
import { ProcessRecords } from './process-records.js';
import { Refusal } from './refusal.js';

/** `npm run reset [-- --yes]`: removes the local data after asking. Sets the exit code. */
export async function reset(root: string, args: readonly string[]): Promise<void> {
  try {
    const unknown = args.filter((argument) => argument !== '--yes');
    if (unknown.length > 0) {
      throw new Refusal(
        `npm run reset does not know ${unknown.join(' ')}.`,
        'The one option is --yes: npm run reset -- --yes',
      );
    }
    await removeData(homeAt(dataRoot(root)), args.includes('--yes'));
  } catch (error) {
    printFailure(error);
    process.exitCode = 1;
  }
}

/** Removes a data root. Refuses, before anything is touched, one that runs, that is not ours, or that nobody agreed to. */
export async function removeData(home: Home, yes: boolean): Promise<void> {
  if (!existsSync(home.root)) {
    process.stdout.write(`There is no data at ${home.root}; nothing to remove.\n`);
    return;
  }
  refuseWhatIsNotOurs(home);
  const holder = existsSync(home.run) ? lockHolder(home.run) : undefined;
  if (holder !== undefined) {
    throw new Refusal(
      `Stockpot is running on ${home.root} (process ${holder.pid}).`,
      'Stop it with Ctrl-C in its terminal (or `kill` that process), then reset.',
    );
  }
  if (!yes) await ask(home);
  if (existsSync(home.run)) await new ProcessRecords(home.run).reap(4_000);
  if (existsSync(home.postgres)) {
    await stopPostgres(home.postgres);
    removePostgres(home.postgres);
  }
  rmSync(home.root, { recursive: true, force: true });
  process.stdout.write(`Removed ${home.root}. The next \`npm start\` begins afresh.\n`);
}

/** A mistyped STOCKPOT_HOME must not cost somebody a folder of theirs. */
function refuseWhatIsNotOurs(home: Home): void {
  const ours = new Set([
    'blobs',
    'cook.lock',
    'logs',
    'ports.json',
    'postgres',
    'run',
    'scratch',
    'secrets',
    'steps',
    'worker',
    'worker-id',
  ]);
  const foreign = statSync(home.root).isDirectory()
    ? readdirSync(home.root).filter((name) => !ours.has(name))
    : [home.root];
  if (foreign.length === 0) return;
  throw new Refusal(
    `${home.root} holds things that are not Stockpot's: ${foreign.slice(0, 5).join(', ')}${foreign.length > 5 ? ', …' : ''}.`,
    'Is STOCKPOT_HOME right? Move those away, or remove the folder by hand.',
  );
}

async function ask(home: Home): Promise<void> {
  const elsewhere = postgresFolders(home.postgres).filter((folder) => !folder.startsWith(join(home.root, '/')));
  if (!process.stdin.isTTY) {
    throw new Refusal(
      `This would remove all data in ${home.root}, and there is nobody to ask.`,
      'Run `npm run reset -- --yes` if that is what you want. Nothing was removed.',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    process.stdout.write(`This removes every run, model and account in ${home.root}`);
    process.stdout.write(elsewhere.length > 0 ? ` and the database in ${elsewhere.join(', ')}.\n` : '.\n');
    const answer = await terminal.question('Type yes to go on: ');
    if (answer.trim().toLowerCase() !== 'yes')
      throw new Refusal('Nothing was removed.', 'Type the word yes to remove it.');
  } finally {
    terminal.close();
  }
}
