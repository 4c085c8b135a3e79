/**
 * @file Preloaded (`node --import`) into every process that the supervisor starts. When the supervisor dies without a
 * word (`kill -9`), the operating system closes the IPC channel between them: the process then ends in its own graceful
 * way, and after some seconds in any case, so that no orphan holds a port. Engine children that inherit this preload end
 * with their worker in the same manner.
 */
const GRACE_MS = 4_000;

if (process.channel !== undefined) {
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening must not keep a process alive that has nothing else to do.
  process.channel.unref();
}

export {};
