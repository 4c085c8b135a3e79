// `npm start`: everything, from a fresh clone: dependencies, build, database, API, worker, dashboard, and the first soup.
import { join } from 'node:path';
import { bootstrap } from './lib/bootstrap.mjs';

const { root } = await bootstrap({ script: import.meta.url });
const { build } = await import('./lib/build.mjs');
const { hangUpWithParent } = await import('./lib/parent.mjs');

hangUpWithParent();
await build(root);
// The supervisor runs in this very process: one process less to stop, and Ctrl-C reaches it directly.
const { start } = await import(join(root, 'scripts', 'dist', 'start.js'));
await start(root);
