import { execFileSync } from 'node:child_process';
import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseError } from '../errors.js';

/** The user Postgres runs as. Empty: as ourselves. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Postgres refuses to run as root. As root it runs as user `postgres`, which is made when the machine has none, or as
 * `nobody` when it cannot be made.
 */
export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const existing = lookUp('postgres');
  if (existing !== null) return existing;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/sh', 'postgres'], {
      stdio: 'ignore',
    });
  } catch {
    // No useradd, or /etc is read-only: fall through.
  }
  const account = lookUp('postgres') ?? lookUp('nobody');
  if (account === null) {
    throw new DatabaseError(
      'CANNOT_START',
      'Postgres does not run as root, and this machine has neither a user postgres nor a user nobody to run it as.',
      'Add one (useradd --system postgres), run Stockpot as an ordinary user, or set DATABASE_URL to a Postgres of yours.',
    );
  }
  return account;
}

function lookUp(user: string): Account | null {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/** Whether the account may reach what is in `folder`: every folder on the way must let it pass. */
export function canReach(account: Account, folder: string): boolean {
  if (account.uid === undefined) return true;
  for (let current = folder; ; current = dirname(current)) {
    if (!maySearch(account, statSync(current))) return false;
    if (dirname(current) === current) return true;
  }
}

function maySearch(account: Account, stats: Stats): boolean {
  if (stats.uid === account.uid) return (stats.mode & 0o100) !== 0;
  if (stats.gid === account.gid) return (stats.mode & 0o010) !== 0;
  return (stats.mode & 0o001) !== 0;
}
