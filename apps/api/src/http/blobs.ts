import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { artifacts } from '@stockpot/domain';
import { fromNodeHeaders } from 'better-auth/node';
import { Router } from 'express';
import { identify } from '../auth/actor.js';
import type { Services } from '../graphql/context.js';
import { refuse } from './problem.js';
import { currentRequestId } from './request-scope.js';

/** Path of a blob below the store's root. The hash is checked before, so a path can hold nothing but hexadecimal digits. */
export function blobPath(hash: string): string {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new RangeError('a blob is named by 64 lower-case hexadecimal digits');
  return join('sha256', hash.slice(0, 2), hash.slice(2, 4), hash);
}

/**
 * GET /blobs/<sha256>?lab=<slug>: the bytes of an artifact that a lab the viewer may see has. Always an attachment, never
 * a page; immutable, so ranges and caching by the hash are safe.
 */
export function blobRoutes(services: Services, root: string): Router {
  const router = Router();
  router.get('/:hash', async (request, response) => {
    const { hash } = request.params;
    const lab = request.query.lab;
    if (typeof lab !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) {
      return refuse(
        response,
        400,
        'BAD_INPUT',
        'The address does not name a blob of a lab.',
        'Ask for /blobs/<sha256>?lab=<slug>.',
      );
    }
    const { actor } = await identify(services.auth, fromNodeHeaders(request.headers));
    const ctx = { db: services.db, actor, requestId: currentRequestId() };
    const artifact = await artifacts.get({ ctx, input: { lab, hash } });
    const path = blobPath(artifact.hash);
    const there = await stat(join(root, path)).catch(() => null);
    if (!there) {
      return refuse(
        response,
        404,
        'BLOB_MISSING',
        "The lab has this artifact, but its bytes are not in this server's blob store.",
        'Check that the server and the worker have the same STOCKPOT_BLOBS.',
      );
    }
    response.set({
      'Content-Type': artifact.mediaType,
      'Content-Disposition': `attachment; filename="${hash.slice(0, 16)}.${extensionOf(artifact.mediaType)}"`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      ETag: `"${hash}"`,
    });
    await new Promise<void>((resolve, reject) => {
      response.sendFile(
        path,
        {
          root,
          etag: false,
          lastModified: false,
          cacheControl: true,
          immutable: true,
          maxAge: '1h',
          dotfiles: 'deny',
          headers: { 'Cache-Control': 'private, max-age=3600, immutable' },
        },
        (error) => (error && !response.headersSent ? reject(error) : resolve()),
      );
    });
  });
  return router;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'application/vnd.safetensors': 'safetensors',
};

function extensionOf(mediaType: string): string {
  return EXTENSIONS[mediaType] ?? 'bin';
}
