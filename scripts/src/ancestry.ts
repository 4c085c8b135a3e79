import { commandOf, identify, isAlive, type ProcessIdentity, parentOf } from './process-identity.js';

/**
 * The processes between us and the `npm start` that began this, npm itself included; none when we were started without
 * npm, as then our parent may leave (`nohup`, a service manager) without meaning us to stop.
 */
export function npmAncestors(environment: NodeJS.ProcessEnv = process.env): ProcessIdentity[] {
  if (environment.npm_lifecycle_event === undefined) return [];
  const found: ProcessIdentity[] = [];
  let pid: number | undefined = process.ppid;
  for (let depth = 0; depth < 6 && pid !== undefined && pid > 1; depth += 1) {
    const identity = identify(pid);
    if (identity === undefined) return [];
    found.push(identity);
    const command = commandOf(pid) ?? '';
    if (command.startsWith('npm')) return found;
    pid = parentOf(pid);
  }
  return [];
}

/** Calls back once when one of these processes has died: whoever started us can no longer tell us to stop. */
export function watchProcesses(identities: readonly ProcessIdentity[], onDeath: () => void): () => void {
  if (identities.length === 0) return () => {};
  const timer = setInterval(() => {
    if (identities.every(isAlive)) return;
    clearInterval(timer);
    onDeath();
  }, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
