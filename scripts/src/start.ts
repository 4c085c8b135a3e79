import { printFailure } from '../lib/say.mjs';
import { npmAncestors, watchProcesses } from './ancestry.js';
import { openBrowser } from './browser.js';
import { ensureDemoLab, openOrFirstRun } from './first-cook.js';
import { followRun } from './follow-run.js';
import { type Home, openHome } from './home.js';
import { dataRoot } from './paths.js';
import { printLeaderboard } from './print-leaderboard.js';
import { printSetupLink } from './setup-link.js';
import { Supervisor } from './supervisor.js';
import { Terminal } from './terminal.js';

/** A second Ctrl-C this soon is the same one: npm passes on what the terminal sent to us as well. */
const SAME_SIGNAL_MS = 1_500;

/** `npm start` after the build: starts everything, cooks the first soup, and stays until told to stop. Ends the process. */
export async function start(root: string): Promise<void> {
  const terminal = new Terminal();
  let home: Home;
  try {
    home = openHome(dataRoot(root));
  } catch (error) {
    printFailure(error);
    process.exit(1);
  }
  const ending = new AbortController();
  const end = async (exitCode: number, error?: unknown) => {
    if (ending.signal.aborted) return;
    ending.abort();
    if (error !== undefined) printFailure(error);
    try {
      await supervisor.stop();
    } catch (problem) {
      printFailure(problem);
      process.exit(1);
    }
    process.exit(exitCode);
  };
  const supervisor = new Supervisor({
    root,
    home,
    environment: process.env,
    terminal,
    onFailure: (error) => void end(1, error),
  });
  stopOnSignals(supervisor, terminal, () => void end(0));
  watchProcesses(npmAncestors(), () => void end(0));
  try {
    await run(root, home, supervisor, terminal, ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) await end(1, error);
  }
}

async function run(
  root: string,
  home: Home,
  supervisor: Supervisor,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const ctx = await supervisor.openData();
  await ensureDemoLab(ctx);
  // Submitted before the worker starts: it finds the run waiting.
  const cooking = await openOrFirstRun(ctx, root, process.env);
  const { web, api } = await supervisor.startServices();
  if (signal.aborted) return;
  terminal.line();
  terminal.line(`  ${terminal.bold('Dashboard')}   ${web}`);
  terminal.line(`  ${terminal.bold('API')}         ${api}/graphql`);
  const link = await printSetupLink(ctx, web, terminal);
  terminal.line(`  ${terminal.bold('Data')}        ${home.root}`);
  terminal.line();
  if (terminal.interactive) openBrowser(link ?? web);
  if (cooking !== undefined) await followRun(ctx, cooking, terminal, signal);
  if (signal.aborted) return;
  await printLeaderboard(ctx, terminal);
  terminal.line(`  ${terminal.dim('Everything is saved. Ctrl-C stops Stockpot; npm start goes on from here.')}`);
}

function stopOnSignals(supervisor: Supervisor, terminal: Terminal, stop: () => void): void {
  let first: number | undefined;
  const onSignal = () => {
    const now = Date.now();
    if (first === undefined) {
      first = now;
      terminal.line();
      stop();
    } else if (now - first > SAME_SIGNAL_MS) {
      supervisor.killAll();
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
}
