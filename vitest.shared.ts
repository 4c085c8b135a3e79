import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Not 'import': vitest hands these to Node itself, where `require` would then get ES modules (pg breaks on it).
const conditions = ['stockpot-source', 'node'];

/**
 * One configuration for every package. The condition `stockpot-source` makes a package's tests read its neighbours'
 * TypeScript directly, so a unit test needs no build; tests that start a real process use `dist`, which turbo builds
 * first.
 */
export default defineConfig({
  resolve: {
    conditions,
    // Vite would pick graphql's ESM build and type-graphql its CommonJS one: two realms, one confusing error.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/**/*.test.ts'],
    reporters: ['default', fileURLToPath(new URL('./scripts/lib/summary-reporter.mjs', import.meta.url))],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
