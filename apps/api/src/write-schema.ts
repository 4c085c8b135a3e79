import { writeFile } from 'node:fs/promises';
import { CONTRACT_FILE, printContract } from './graphql/contract.js';
import { createSchema } from './graphql/schema.js';

// Writes the contract after a deliberate change of the schema: `npm run schema -w @stockpot/api`.
await writeFile(CONTRACT_FILE, printContract(createSchema()));
