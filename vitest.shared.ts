import { defineConfig } from 'vitest/config';

/**
 * One configuration for every package. The condition `stockpot-source` makes a package's tests read its neighbours'
 * TypeScript directly, so a unit test needs no build; tests that start a real process use `dist`, which turbo builds first.
 */
export default defineConfig({
  resolve: {
    conditions: ['stockpot-source', 'node', 'import', 'default'],
    // Vite would pick graphql's ESM build and type-graphql its CommonJS one: two realms, one confusing error.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions: ['stockpot-source', 'node', 'import', 'default'] } },
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
