// `npm run reset`: removes the local data, after asking. `--yes` answers beforehand.
import { join } from 'node:path';
import { bootstrap } from './lib/bootstrap.mjs';

const { root } = await bootstrap({ script: import.meta.url });
const { build } = await import('./lib/build.mjs');

await build(root, ['@stockpot/scripts...']);
const { reset } = await import(join(root, 'scripts', 'dist', 'reset.js'));
await reset(root, process.argv.slice(2));
