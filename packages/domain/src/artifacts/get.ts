import { and, artifacts, eq } from '@stockpot/db';
import { notFound } from '../errors.js';
import type { Artifact } from '../models/types.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { getArtifactInput } from './types.js';

/**
 * A blob of a lab by its SHA-256: asked before its bytes are sent. The same bytes may lie in several labs; whether
 * another one has them is not told.
 */
export const get = defineVerb({
  name: 'artifacts.get',
  effect: 'read',
  policy: reader(inLab()),
  input: getArtifactInput,
  async run(tx, ctx: LabGrant, input): Promise<Artifact> {
    const [found] = await tx
      .select({ hash: artifacts.hash, bytes: artifacts.bytes, mediaType: artifacts.mediaType })
      .from(artifacts)
      .where(and(eq(artifacts.labId, ctx.lab.id), eq(artifacts.hash, input.hash)))
      .limit(1);
    if (found === undefined) throw notFound('artifact');
    return found;
  },
});
