import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import { refuse } from './problem.js';
import { pageHeaders } from './security-headers.js';

/** Where `npm run build` puts the bundled page, seen from `src/http` and from `dist/http` alike. */
const folder = fileURLToPath(new URL('../../dist/graphiql/', import.meta.url));

/** GraphiQL, bundled from node_modules by the build: works without any other machine. */
export function graphiqlRoutes(): Router {
  const router = Router();
  router.use(pageHeaders);
  router.use(express.static(folder, { index: 'index.html', redirect: true }));
  router.use((_request, response) => {
    if (existsSync(folder)) refuse(response, 404, 'NOT_FOUND', 'There is no such file.', 'Open /graphiql.');
    else refuse(response, 503, 'NOT_BUILT', 'GraphiQL is not built.', 'Run: npm run build -w @stockpot/api');
  });
  return router;
}
