import { cpus } from 'node:os';

/** What is read off a machine, each in milliseconds: the time, what all its processors have worked, what this process has. */
export interface WorkClock {
  now(): number;
  all(): number;
  own(): number;
}

/**
 * Watches how much the processors of this machine do for others than this process, from now on.
 *
 * @returns processors that others kept busy since, on average: 0.02 is one at 2 %; null where the system does not tell
 */
export function watchOthers(clock: WorkClock = machine): () => number | null {
  const [all, own, started] = [clock.all(), clock.own(), clock.now()];
  return () => {
    const elapsed = clock.now() - started;
    const worked = clock.all() - all;
    // Some systems show a process nothing of the machine, not even its own work.
    if (elapsed <= 0 || worked <= 0) return null;
    return Math.max(0, worked - (clock.own() - own)) / elapsed;
  };
}

const machine: WorkClock = {
  now: () => performance.now(),
  all: () => cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0),
  own() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
