import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate --name what_changed` in this folder writes the next migration from the schema's difference. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/schema/index.ts',
  out: './migrations',
  casing: 'snake_case',
});
