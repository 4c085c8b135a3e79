/** @file A process that starts the embedded Postgres, says so, and lives until it is killed: for the supervisor's tests. */
import { startPostgres } from '../embedded/index.js';

const { url, pid, port, adopted } = await startPostgres({ dataDir: process.argv[2] ?? '' });
console.log(JSON.stringify({ url, pid, port, adopted }));
setInterval(() => undefined, 60_000);
