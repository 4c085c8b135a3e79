import { connect } from './connect.js';
import { DatabaseError } from './errors.js';
import { migrate } from './migrate.js';

/** `node packages/db/dist/migrate-main.js`: brings the database that DATABASE_URL names to this code's schema. */
const url = process.env.DATABASE_URL;
if (!url) {
  console.error(
    'DATABASE_URL is not set. Give the address of a PostgreSQL 15 or newer, like postgres://user:password@host:5432/database.',
  );
  process.exit(1);
}
const db = connect({ url, max: 1, applicationName: 'stockpot migrate' });
try {
  const { from, to } = await migrate(db);
  console.log(
    from === to
      ? `The database has schema version ${to}: nothing to do.`
      : `The database went from schema version ${from} to ${to}.`,
  );
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    error instanceof DatabaseError
      ? `${message} ${error.advice}`
      : `The database could not be migrated: ${message}. Check that PostgreSQL runs and that DATABASE_URL is right.`,
  );
  process.exitCode = 1;
} finally {
  await db.close();
}
