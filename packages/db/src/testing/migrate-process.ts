/** @file A process that migrates a database and says what it found: for the test that starts two of them. */
import { connect } from '../connect.js';
import { migrate } from '../migrate.js';

const db = connect({ url: process.argv[2] ?? '', max: 2 });
try {
  console.log(JSON.stringify(await migrate(db)));
} finally {
  await db.close();
}
