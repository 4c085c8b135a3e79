/** The first SIGINT or SIGTERM aborts the signal; the second ends the process at once, as it would have by default. */
export function onInterrupt(say: () => void): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const listener = (name: NodeJS.Signals) => {
    say();
    dispose();
    controller.abort(name);
  };
  const dispose = () => {
    process.off('SIGINT', listener).off('SIGTERM', listener);
  };
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return { signal: controller.signal, dispose };
}
