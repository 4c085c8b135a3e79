import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseError } from '../errors.js';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import type { Home } from './home.js';

export const SUPERUSER = 'postgres';

/**
 * Makes the data folder when there is none: in a draft that is renamed when complete, so a start that was killed in the
 * middle leaves nothing half-made. Text is UTF-8, sorted by code point: the same on every machine.
 */
export async function ensureCluster(home: Home, binaries: Binaries, account: Account, password: string): Promise<void> {
  if (existsSync(home.data)) return;
  const draft = join(home.folder, 'data.new');
  const passwordFile = join(home.folder, 'password.new');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account.uid !== undefined && account.gid !== undefined) {
      await chown(draft, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${draft}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      { ...account, cwd: '/', env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } },
    );
    await rename(draft, home.data);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    const said = cause instanceof Error && 'stderr' in cause ? `\n${String(cause.stderr).trim()}` : '';
    throw new DatabaseError(
      'CANNOT_START',
      `The database folder ${home.data} could not be made.${said}`,
      'Look for a full disk or a read-only folder. Nothing was kept; try again, or set DATABASE_URL.',
      { cause },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}
