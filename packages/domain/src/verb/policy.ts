import {
  administrators,
  eq,
  findLab,
  holdsLease,
  type LabTarget,
  type OwnedTable,
  ROLES,
  type Role,
  type Tx,
} from '@stockpot/db';
import type { Actor, Context } from '../context.js';
import { notFound, StaleLeaseError, StockpotError } from '../errors.js';
import type { Lab } from '../labs/types.js';

/**
 * Who may call a verb, decided inside the verb's transaction from what the database says now: a role that was taken away a
 * moment ago grants nothing. `grant` throws, or returns what the verb may rely on.
 */
export interface Policy<I, G extends object> {
  /** For lists of verbs and their policies. */
  readonly name: string;
  /** `labId`: the verb acts inside this lab only, and the second lock is closed behind it. */
  grant(tx: Tx, ctx: Context, input: I, write: boolean): Promise<{ granted: G; labId: string | null }>;
}

export interface LabGrant {
  readonly lab: Lab;
  /** Null for the public reading a public lab, and for the system. */
  readonly role: Role | null;
}
export interface WorkerGrant {
  readonly worker: { readonly id: string; readonly epoch: number };
}
export interface WorkerLabGrant extends WorkerGrant {
  readonly labId: string;
}

/** Anybody, signed in or not. */
export const open: Policy<unknown, object> = {
  name: 'open',
  grant: async () => ({ granted: {}, labId: null }),
};

/** The installation itself. */
export const system: Policy<unknown, object> = {
  name: 'system',
  grant: async (_tx, ctx) => {
    if (ctx.actor.type !== 'system') throw forbidden(ctx.actor, 'Only the installation itself may do this.');
    return { granted: {}, labId: null };
  },
};

/** The installation itself, or one of its administrators. */
export const administrator: Policy<unknown, object> = {
  name: 'administrator',
  grant: async (tx, ctx, _input, write) => {
    const { actor } = ctx;
    if (actor.type !== 'system') {
      const userId = userOf(actor);
      const rows =
        userId === null ? [] : await tx.select().from(administrators).where(eq(administrators.userId, userId)).limit(1);
      if (rows.length === 0 || !scopesAllow(actor, null, write)) {
        throw forbidden(actor, 'Only an administrator of this installation may do this.');
      }
    }
    return { granted: {}, labId: null };
  },
};

/** Where a lab is found from a verb's input, and what to call the thing that was not there. */
export interface Locator<I> {
  readonly what: string;
  target(input: I): LabTarget;
}

/** The lab named by slug or id. */
export function inLab<I extends { lab: string }>(): Locator<I> {
  return { what: 'lab', target: (input) => ({ ref: input.lab }) };
}

/** The lab of an object that is named by its id alone. Ids are unique over all labs. */
export function labOf<I>(what: string, table: OwnedTable, id: (input: I) => string): Locator<I> {
  return { what, target: (input) => ({ table, id: id(input) }) };
}

/** Whoever may see the lab: its members, and for a public lab everybody. To others the object does not exist. */
export function reader<I>(locator: Locator<I>): Policy<I, LabGrant> {
  return {
    name: 'reader of the lab',
    grant: async (tx, ctx, input, write) => {
      const found = await findLab(tx, locator.target(input), userOf(ctx.actor));
      if (found === null || !maySee(ctx.actor, found) || !scopesAllow(ctx.actor, found.lab.id, write)) {
        throw notFound(locator.what);
      }
      return { granted: found, labId: found.lab.id };
    },
  };
}

/** Members of the lab with this role or a stronger one, and the system. */
export function member<I>(role: Role, locator: Locator<I>): Policy<I, LabGrant> {
  return {
    name: `${role} of the lab`,
    grant: async (tx, ctx, input, write) => {
      const { actor } = ctx;
      const found = await findLab(tx, locator.target(input), userOf(actor));
      if (found === null || !maySee(actor, found)) throw notFound(locator.what);
      if (actor.type !== 'system') {
        const strong = found.role !== null && ROLES.indexOf(found.role) >= ROLES.indexOf(role);
        if (!strong) throw forbidden(actor, `This needs the role ${role} in the lab ${found.lab.slug}.`);
        if (!scopesAllow(actor, found.lab.id, write)) {
          throw new StockpotError(
            'FORBIDDEN',
            'The scopes of this API key do not cover this.',
            "Use a key with the scope 'write' that is not limited to another lab.",
          );
        }
      }
      return { granted: found, labId: found.lab.id };
    },
  };
}

/**
 * A worker that holds its lease. For a write the row is locked against change until the transaction ends, so the reaper cannot end the
 * lease between this check and the commit: a write is committed under a valid lease or not at all.
 */
export const worker: Policy<unknown, WorkerGrant> = {
  name: 'worker with a valid lease',
  grant: async (tx, ctx, _input, write) => ({ granted: { worker: await fence(tx, ctx.actor, write) }, labId: null }),
};

/** A worker that says it holds its lease. The verb itself, which changes the worker's row, finds out whether it does. */
export const leaseHolder: Policy<unknown, WorkerGrant> = {
  name: 'worker with a valid lease',
  grant: async (_tx, ctx) => ({ granted: { worker: workerOf(ctx.actor) }, labId: null }),
};

/** The installation itself, or a worker that holds its lease: looking after the other workers. */
export const installation: Policy<unknown, object> = {
  name: 'the installation or a worker with a valid lease',
  grant: async (tx, ctx) => {
    if (ctx.actor.type !== 'system') await fence(tx, ctx.actor, false);
    return { granted: {}, labId: null };
  },
};

/** The same, for one run: the verb is confined to the run's lab. */
export function workerOnRun<I extends { runId: string }>(): Policy<I, WorkerLabGrant> {
  return {
    name: 'worker with a valid lease, in the lab of the run',
    grant: async (tx, ctx, input, write) => {
      const holder = await fence(tx, ctx.actor, write);
      const found = await findLab(tx, { table: 'runs', id: input.runId }, null);
      if (found === null) throw notFound('run');
      const labId = found.lab.id;
      return { granted: { worker: holder, labId }, labId };
    },
  };
}

async function fence(tx: Tx, actor: Actor, write: boolean): Promise<WorkerGrant['worker']> {
  const claimed = workerOf(actor);
  if (!(await holdsLease(tx, claimed.id, claimed.epoch, write))) throw new StaleLeaseError();
  return claimed;
}

function workerOf(actor: Actor): WorkerGrant['worker'] {
  if (actor.type !== 'worker') throw forbidden(actor, 'Only a registered worker may do this.');
  return { id: actor.workerId, epoch: actor.epoch };
}

export function userOf(actor: Actor): string | null {
  return actor.type === 'user' || actor.type === 'token' ? actor.userId : null;
}

function maySee(actor: Actor, found: { lab: Lab; role: Role | null }): boolean {
  return actor.type === 'system' || found.role !== null || found.lab.visibility === 'public';
}

/** Scopes only ever take away. `labId` null: the verb is about no lab, which a key limited to labs may not do. */
export function scopesAllow(actor: Actor, labId: string | null, write: boolean): boolean {
  if (actor.type !== 'token') return true;
  const labs = actor.scopes.filter((scope) => scope.startsWith('lab:'));
  if (labs.length > 0 && (labId === null || !labs.includes(`lab:${labId}`))) return false;
  return actor.scopes.includes('write') || (!write && actor.scopes.includes('read'));
}

function forbidden(actor: Actor, message: string): StockpotError {
  return actor.type === 'anonymous'
    ? new StockpotError('UNAUTHENTICATED', message, 'Sign in and try again.')
    : new StockpotError('FORBIDDEN', message, 'Ask somebody who may do it, or to be given the right.');
}
