/**
 * When a Node of another version started us (lib/relaunch.mjs), its death closes the IPC channel between us. The command
 * then ends as if it had been told to; without this a killed `npm start` would leave everything running.
 */
export function hangUpWithParent() {
  if (process.channel === undefined) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
