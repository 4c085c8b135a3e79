import { type Db, SCHEMA_VERSION, schemaVersion } from '@stockpot/db';
import type { RequestHandler } from 'express';
import { refuse } from './problem.js';

const PATIENCE_MS = 2_000;

/**
 * GET /health: 200 `{ok: true, schemaVersion}` when the server can do its work, 503 when the database does not answer or
 * has a schema this code does not know. `?live` asks only whether the process answers.
 */
export function health(db: Db): RequestHandler {
  return async (request, response) => {
    if ('live' in request.query) {
      response.json({ ok: true });
      return;
    }
    let version: number;
    try {
      version = await Promise.race([
        schemaVersion(db.pool),
        new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MS, new Error('no answer')).unref()),
      ]);
    } catch {
      refuse(
        response,
        503,
        'DATABASE_UNREACHABLE',
        'The database does not answer.',
        'Check that PostgreSQL runs and that DATABASE_URL is right.',
      );
      return;
    }
    if (version !== SCHEMA_VERSION) {
      refuse(
        response,
        503,
        version > SCHEMA_VERSION ? 'NEWER_DATABASE' : 'OLDER_DATABASE',
        `The database has schema version ${version}; this server works with ${SCHEMA_VERSION}.`,
        version > SCHEMA_VERSION ? 'Start the newer Stockpot.' : 'Run the migrations; npm start does.',
      );
      return;
    }
    response.json({ ok: true, schemaVersion: version });
  };
}
