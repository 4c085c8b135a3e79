import { defineConfig } from 'vite';

/** Bundles GraphiQL from node_modules, so that the page needs no other machine. Served by `src/http/graphiql.ts`. */
export default defineConfig({
  base: '/graphiql/',
  logLevel: 'warn',
  build: {
    outDir: '../dist/graphiql',
    emptyOutDir: true,
    // The Content-Security-Policy allows no inline scripts; every module is modern anyway.
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 6_000,
    rollupOptions: {
      onwarn(warning, warn) {
        // framer-motion marks its files for React Server Components; a browser bundle has none.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
