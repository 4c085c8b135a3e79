import { auditLog, enterLab, newId, type Tx } from '@stockpot/db';
import type { z } from 'zod';
import type { Actor, Context } from '../context.js';
import { StockpotError } from '../errors.js';
import type { Policy } from './policy.js';
import { inTransaction } from './transaction.js';

/** What the audit row of a write says. `details` is stored in clear and read by people: never a secret. */
export interface AuditEntry {
  /** Id of what was changed. */
  readonly object: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
  /** The lab, when the policy did not name one (the verb that makes the lab). */
  readonly labId?: string;
}

interface Definition<S extends z.ZodType, G extends object, O> {
  /** 'runs.submit' */
  readonly name: string;
  /** Required: a verb without a policy does not compile. */
  readonly policy: Policy<z.output<S>, G>;
  readonly input: S;
  /** All reads and writes of the verb, in one transaction. `ctx` carries what the policy granted. May run more than once. */
  run(tx: Tx, ctx: Context & G, input: z.output<S>): Promise<O>;
}

/**
 * `read`: writes nothing, sees one snapshot. `write`: leaves an audit row in the same transaction. `telemetry`: so frequent
 * and so small that a row for each would drown the log (heartbeats, progress, metric points).
 */
type Effect<I, O> =
  | { readonly effect: 'read' | 'telemetry' }
  | {
      readonly effect: 'write';
      /** Null when the call changed nothing, such as a repeated delivery. */
      audit(input: I, output: O): AuditEntry | null;
    };

export type VerbDefinition<S extends z.ZodType, G extends object, O> = Definition<S, G, O> & Effect<z.output<S>, O>;

export interface VerbInfo {
  readonly name: string;
  readonly effect: 'read' | 'write' | 'telemetry';
  readonly policy: string;
}

export interface Verb<S extends z.ZodType, O> {
  (call: { readonly ctx: Context; readonly input: z.input<S> }): Promise<O>;
  readonly info: VerbInfo;
}

/**
 * Makes a verb: parse the input, open a transaction, ask the policy, close the second lock, run, write the audit row,
 * commit. Throws `StockpotError`; anything else is a fault of ours or of the database, and nothing was written.
 */
export function defineVerb<S extends z.ZodType, G extends object, O>(definition: VerbDefinition<S, G, O>): Verb<S, O> {
  const call = async ({ ctx, input }: { ctx: Context; input: z.input<S> }): Promise<O> => {
    const parsed = parse(definition, input);
    return inTransaction(ctx.db, definition.effect === 'read', async (tx) => {
      const { granted, labId } = await definition.policy.grant(tx, ctx, parsed, definition.effect !== 'read');
      if (labId !== null) await enterLab(ctx.db, tx, labId);
      const output = await definition.run(tx, { ...ctx, ...granted }, parsed);
      if (definition.effect === 'write') {
        const entry = definition.audit(parsed, output);
        if (entry !== null) await writeAudit(tx, ctx, definition.name, labId, entry);
      }
      return output;
    });
  };
  const info: VerbInfo = { name: definition.name, effect: definition.effect, policy: definition.policy.name };
  return Object.assign(call, { info });
}

function parse<S extends z.ZodType, G extends object, O>(
  definition: VerbDefinition<S, G, O>,
  input: unknown,
): z.output<S> {
  const result = definition.input.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
  throw new StockpotError(
    'BAD_INPUT',
    `${definition.name} was called with something it does not take: ${issues.join('; ')}.`,
    'Correct the named fields and try again.',
  );
}

async function writeAudit(tx: Tx, ctx: Context, verb: string, labId: string | null, entry: AuditEntry): Promise<void> {
  await tx.insert(auditLog).values({
    id: newId('audit'),
    labId: entry.labId ?? labId,
    verb,
    actorType: ctx.actor.type,
    actorId: actorId(ctx.actor),
    object: entry.object,
    details: { ...entry.details },
    requestId: ctx.requestId ?? null,
  });
}

function actorId(actor: Actor): string | null {
  switch (actor.type) {
    case 'user':
      return actor.userId;
    case 'token':
      return actor.tokenId;
    case 'worker':
      return actor.workerId;
    case 'system':
      return actor.name;
    case 'anonymous':
      return null;
  }
}
