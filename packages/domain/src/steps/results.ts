import { and, artifacts, eq, inArray, newId, stepOutputs, stepResults, type Tx } from '@stockpot/db';
import { StockpotError } from '../errors.js';
import type { StepRow } from './claim.js';
import type { FoundResult } from './types.js';

/** The result under a key in a lab, or null. */
export async function findStepResult(tx: Tx, labId: string, key: string): Promise<FoundResult | null> {
  const [result] = await tx
    .select({ summary: stepResults.summary })
    .from(stepResults)
    .where(and(eq(stepResults.labId, labId), eq(stepResults.key, key)));
  if (result === undefined) return null;
  const rows = await tx
    .select({
      output: stepOutputs.output,
      hash: artifacts.hash,
      bytes: artifacts.bytes,
      mediaType: artifacts.mediaType,
    })
    .from(stepOutputs)
    .innerJoin(artifacts, and(eq(artifacts.labId, stepOutputs.labId), eq(artifacts.id, stepOutputs.artifactId)))
    .where(and(eq(stepOutputs.labId, labId), eq(stepOutputs.key, key)));
  const outputs = Object.fromEntries(rows.map(({ output, ...artifact }) => [output, artifact]));
  return { outputs, summary: result.summary };
}

interface NewArtifact {
  readonly output: string;
  readonly hash: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** What stands under the step's key after this: output name → artifact row and hash. */
export type StandingOutputs = ReadonlyMap<string, NewArtifact & { readonly artifactId: string }>;

/**
 * Records artifacts and the result under the key, unless there is one: of two results of one key the first stands, and the
 * second is dropped even if its bytes differ (which the caller reports: equal keys should give equal bytes).
 */
export async function keepResult(
  tx: Tx,
  labId: string,
  step: Pick<StepRow, 'kind'>,
  key: string,
  summary: Readonly<Record<string, unknown>>,
  made: readonly NewArtifact[],
): Promise<{ outputs: StandingOutputs; diverged: boolean }> {
  const inserted = await tx
    .insert(stepResults)
    .values({ labId, key, kind: step.kind, summary: { ...summary } })
    .onConflictDoNothing()
    .returning({ key: stepResults.key });
  if (inserted.length > 0) {
    const kept = await keepArtifacts(tx, labId, made);
    await tx
      .insert(stepOutputs)
      .values([...kept.values()].map(({ output, artifactId }) => ({ labId, key, output, artifactId })));
    return { outputs: kept, diverged: false };
  }
  const rows = await tx
    .select({
      output: stepOutputs.output,
      artifactId: artifacts.id,
      hash: artifacts.hash,
      bytes: artifacts.bytes,
      mediaType: artifacts.mediaType,
    })
    .from(stepOutputs)
    .innerJoin(artifacts, and(eq(artifacts.labId, stepOutputs.labId), eq(artifacts.id, stepOutputs.artifactId)))
    .where(and(eq(stepOutputs.labId, labId), eq(stepOutputs.key, key)));
  const outputs = new Map(rows.map((row) => [row.output, row]));
  const diverged = made.length !== outputs.size || made.some(({ output, hash }) => outputs.get(output)?.hash !== hash);
  return { outputs, diverged };
}

async function keepArtifacts(tx: Tx, labId: string, made: readonly NewArtifact[]): Promise<StandingOutputs> {
  await tx
    .insert(artifacts)
    // In the order of their hashes, so that two workers that store the same ones cannot deadlock.
    .values(distinct(made).map(({ hash, bytes, mediaType }) => ({ labId, id: newId('art'), hash, bytes, mediaType })))
    .onConflictDoNothing({ target: [artifacts.labId, artifacts.hash] });
  const rows = await tx
    .select({ id: artifacts.id, hash: artifacts.hash, bytes: artifacts.bytes })
    .from(artifacts)
    .where(
      and(
        eq(artifacts.labId, labId),
        inArray(
          artifacts.hash,
          made.map((artifact) => artifact.hash),
        ),
      ),
    );
  const byHash = new Map(rows.map((row) => [row.hash, row]));
  const kept = new Map<string, NewArtifact & { artifactId: string }>();
  for (const artifact of made) {
    const row = byHash.get(artifact.hash);
    if (row === undefined) throw new Error(`The artifact ${artifact.hash} was not stored.`);
    if (row.bytes !== artifact.bytes) {
      throw new StockpotError(
        'BAD_INPUT',
        `The artifact ${artifact.hash} (${artifact.output}) is said to have ${artifact.bytes} bytes, but the same hash is recorded with ${row.bytes}.`,
        'Verify the blob: one hash is one content, so one of the sizes is wrong.',
      );
    }
    kept.set(artifact.output, { ...artifact, artifactId: row.id });
  }
  return kept;
}

function distinct(made: readonly NewArtifact[]): NewArtifact[] {
  return [...new Map(made.map((artifact) => [artifact.hash, artifact])).values()].sort((a, b) =>
    a.hash < b.hash ? -1 : 1,
  );
}
