import { removeUnfinished } from '@stockpot/engine/artifacts';

/**
 * The first SIGINT or SIGTERM aborts the signal; the second ends the process at once, as it would have by default, and removes what
 * it had begun to write.
 */
export function onInterrupt(say: () => void): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const listener = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      dispose();
      removeUnfinished();
      process.kill(process.pid, name);
      return;
    }
    say();
    controller.abort(name);
  };
  const dispose = () => {
    process.off('SIGINT', listener).off('SIGTERM', listener);
  };
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return { signal: controller.signal, dispose };
}
