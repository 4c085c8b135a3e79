/**
 * @file The engine's process: runs one step at a time for the host that forked it. Training blocks its event loop for
 * milliseconds to seconds and may exhaust memory; neither may happen in a server.
 *
 * First argument: URL of the module that exports `stepDefinitions`.
 */
import { reportError, StockpotEngineError } from '../errors.js';
import type { StepKind } from '../recipe/plan.js';
import type { StepDefinition } from '../steps/definition.js';
import { BatchingReporter } from './batching-reporter.js';
import { executeStep } from './execute-step.js';
import type { ChildMessage, HostMessage, StepRequest } from './messages.js';

const ORPHAN_EXIT_CODE = 3;

const definitions = import(process.argv[2] ?? '../steps/index.js') as Promise<{
  readonly stepDefinitions: Readonly<Record<StepKind, StepDefinition>>;
}>;
// The first run reports it; until then it is no unhandled rejection.
definitions.catch(() => undefined);

let running: AbortController | undefined;

function send(message: ChildMessage): void {
  // A closed channel is no error here: 'disconnect' ends the process.
  process.send?.(message, undefined, undefined, () => undefined);
}

async function run(request: StepRequest, threads: number): Promise<void> {
  const controller = new AbortController();
  running = controller;
  const reporter = new BatchingReporter((events) => send({ type: 'events', events }));
  try {
    const { stepDefinitions } = await definitions;
    const definition = stepDefinitions[request.kind];
    const result = await executeStep(definition, request, { threads, reporter, signal: controller.signal });
    reporter.flush();
    send({ type: 'result', result });
  } catch (error) {
    reporter.flush();
    const expected = error instanceof StockpotEngineError;
    send({ type: 'error', error: reportError(error), stack: expected ? null : stackOf(error) });
  } finally {
    running = undefined;
  }
}

function stackOf(error: unknown): string | null {
  return error instanceof Error ? (error.stack ?? null) : null;
}

process.on('message', (message: HostMessage) => {
  if (message.type === 'cancel') running?.abort();
  else void run(message.request, message.threads);
});
// Ctrl-C in a terminal reaches the whole process group; the host decides what it means and sends 'cancel'.
process.on('SIGINT', () => undefined);
// No host, nobody to report to: what the step has written to its scratch folder is what the next attempt goes on from.
process.on('disconnect', () => process.exit(ORPHAN_EXIT_CODE));
