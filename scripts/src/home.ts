import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorCode, Refusal } from './refusal.js';

/** The folders of one installation's data. Everything below `root` is private to the user who started it. */
export interface Home {
  readonly root: string;
  /** Content-addressed artifacts; also what `stockpot cook` uses in the same folder. */
  readonly blobs: string;
  /** Training checkpoints of the worker's unfinished steps. Not `scratch`, which belongs to `stockpot cook`. */
  readonly scratch: string;
  readonly postgres: string;
  readonly secrets: string;
  readonly logs: string;
  /** Locks and records of running processes; means nothing once they are gone. */
  readonly run: string;
}

/** Names the folders below a data root without making them. */
export function homeAt(root: string): Home {
  const at = (name: string) => join(root, name);
  return {
    root: resolve(root),
    blobs: at('blobs'),
    scratch: at('worker'),
    postgres: at('postgres'),
    secrets: at('secrets'),
    logs: at('logs'),
    run: at('run'),
  };
}

/** Makes the folders that are missing; refuses where we may not write. */
export function openHome(root: string): Home {
  const home = homeAt(root);
  try {
    mkdirSync(home.root, { recursive: true });
    for (const path of [home.blobs, home.scratch, home.secrets, home.logs, home.run])
      mkdirSync(path, { recursive: true });
    chmodSync(home.secrets, 0o700);
    accessSync(home.run, constants.W_OK);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new Refusal(
        `Stockpot may not write into its data folder ${home.root}.`,
        'An earlier start as another user may own it: start as that user, give the folder to yours, or set STOCKPOT_HOME.',
      );
    }
    if (code === 'ENOSPC') {
      throw new Refusal(
        `The disk that holds ${home.root} is full.`,
        'Free some space, or set STOCKPOT_HOME to a folder on a larger disk.',
      );
    }
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new Refusal(
        `The data folder ${home.root} cannot be used: a file stands where a folder should be.`,
        'Move that file away, or set STOCKPOT_HOME to another folder.',
      );
    }
    throw error;
  }
  return home;
}
