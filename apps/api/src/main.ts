import { connect, DatabaseError, SCHEMA_VERSION, schemaVersion } from '@stockpot/db';
import { EnvironmentError, readEnvironment } from './environment.js';
import { createLogger } from './logger.js';
import { ListenError, startServer } from './server.js';

/** Milliseconds from SIGTERM to the end at the latest; whoever started us waits 5 s. */
const STOP_MS = 4_500;

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const log = createLogger(environment.logLevel);
  const db = connect({ url: environment.databaseUrl, applicationName: 'stockpot api' });
  await assertSchema(db);
  const server = await startServer({ ...environment, db, log });

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await server.close();
    await db.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url })}\n`);
}

/** Migrating is `npm start`'s work (or the container's): here a wrong version is said, and nothing is touched. */
async function assertSchema(db: ReturnType<typeof connect>): Promise<void> {
  let version: number;
  try {
    version = await schemaVersion(db.pool);
  } catch (error) {
    throw new DatabaseError(
      'UNREACHABLE',
      `The database does not answer: ${error instanceof Error ? error.message : String(error)}.`,
      'Check that PostgreSQL runs and that DATABASE_URL is right.',
      { cause: error },
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new DatabaseError(
      'NEWER_DATABASE',
      `The database has schema version ${version}, and this server knows only versions up to ${SCHEMA_VERSION}.`,
      'Start the newer Stockpot that made it. Nothing was changed.',
    );
  }
  if (version < SCHEMA_VERSION) {
    throw new DatabaseError(
      'UNREACHABLE',
      `The database has schema version ${version}, and this server needs ${SCHEMA_VERSION}.`,
      'Run the migrations first; npm start does.',
    );
  }
}

main().catch((error: unknown) => {
  const expected = error instanceof EnvironmentError || error instanceof ListenError || error instanceof DatabaseError;
  const advice = error instanceof DatabaseError ? ` ${error.advice}` : '';
  process.stderr.write(
    `The API did not start. ${expected ? `${error.message}${advice}` : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
});
