export { countStatements } from './count-statements.js';
export { type TestDatabase, type TestDatabaseOptions, testDatabase } from './test-database.js';
