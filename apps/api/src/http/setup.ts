import { setup } from '@stockpot/domain';
import express, { Router } from 'express';
import { claimSetup, type SetupOptions } from '../auth/setup.js';
import { clientAddress } from './client-address.js';
import { refuse } from './problem.js';
import { RateLimiter } from './rate-limiter.js';
import { currentRequestId } from './request-scope.js';

/**
 * GET /setup says whether set-up is needed; POST /setup makes the first administrator with the one-time token that
 * `npm start` prints. Afterwards POST answers 409 for ever.
 */
export function setupRoutes(options: SetupOptions): Router {
  const router = Router();
  const tries = new RateLimiter({ max: 10, windowMs: 60_000 });
  router.get('/', async (_request, response) => {
    const requestId = currentRequestId();
    response.json(await setup.status({ ctx: { db: options.db, actor: { type: 'anonymous' }, requestId }, input: {} }));
  });
  router.post('/', express.json({ limit: '16kb', strict: true }), async (request, response) => {
    const wait = tries.take(clientAddress(request));
    if (wait > 0) {
      response.set('Retry-After', String(wait));
      refuse(
        response,
        429,
        'TOO_MANY_REQUESTS',
        'There were too many tries from this address.',
        `Wait ${wait} seconds.`,
      );
      return;
    }
    const { user, cookies } = await claimSetup(options, request.body, currentRequestId());
    response
      .status(201)
      .append('Set-Cookie', [...cookies])
      .json({ user });
  });
  return router;
}
