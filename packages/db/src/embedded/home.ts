import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseError } from '../errors.js';
import { type Account, canReach } from './account.js';
import { SYSTEM_FOLDER } from './binaries.js';

/** Where one embedded server keeps its things. */
export interface Home {
  /** The folder itself. */
  readonly folder: string;
  /** PGDATA. */
  readonly data: string;
  readonly log: string;
  readonly lock: string;
}

const POINTER = 'elsewhere';

/**
 * The home below `dataDir`; made when missing. As root, when user postgres cannot reach `dataDir` (below /root, say), the
 * home is in /var/lib/stockpot instead and the file `elsewhere` in `dataDir` says where.
 */
export function openHome(dataDir: string, account: Account): Home {
  mkdirSync(dataDir, { recursive: true });
  const wanted = realpathSync(dataDir);
  const pointer = join(wanted, POINTER);
  if (existsSync(pointer)) return layout(readFileSync(pointer, 'utf8').trim());
  if (canReach(account, wanted)) return layout(wanted);
  const folder = join(SYSTEM_FOLDER, createHash('sha256').update(wanted).digest('hex').slice(0, 16));
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (!canReach(account, folder)) {
    throw new DatabaseError(
      'CANNOT_START',
      `User postgres, which runs the database, can reach neither ${wanted} nor ${folder}.`,
      `Make one of them traversable (chmod a+x on every folder on the way), run as an ordinary user, or set DATABASE_URL.`,
    );
  }
  writeFileSync(pointer, `${folder}\n`);
  return layout(folder);
}

/** Every folder that holds data of the embedded server at `dataDir`, for whoever removes or backs it up. */
export function postgresFolders(dataDir: string): string[] {
  const pointer = join(dataDir, POINTER);
  return existsSync(pointer) ? [dataDir, readFileSync(pointer, 'utf8').trim()] : existsSync(dataDir) ? [dataDir] : [];
}

/** Removes the data of a stopped embedded server, wherever it lies. */
export function removePostgres(dataDir: string): void {
  for (const folder of postgresFolders(dataDir).reverse()) rmSync(folder, { recursive: true, force: true });
}

function layout(folder: string): Home {
  return { folder, data: join(folder, 'data'), log: join(folder, 'postgres.log'), lock: join(folder, 'start.lock') };
}

/** The superuser's password: random, made once, readable by its owner only. */
export function password(home: Home): string {
  const file = join(home.folder, 'password');
  if (existsSync(file)) {
    chmodSync(file, 0o600);
    return readFileSync(file, 'utf8').trim();
  }
  const made = randomBytes(32).toString('base64url');
  writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
  return made;
}

/** The port of the last start, kept so that addresses people noted stay true; null when there is none. */
export function savedPort(home: Home): number | null {
  try {
    const port = Number(readFileSync(join(home.folder, 'port'), 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}

export function savePort(home: Home, port: number): void {
  writeFileSync(join(home.folder, 'port'), `${port}\n`);
}
