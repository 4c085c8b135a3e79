import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../connect.js';
import type { Role, Visibility } from '../schema/labs/constants.js';

export interface FoundLab {
  readonly lab: {
    readonly id: string;
    readonly slug: string;
    readonly name: string;
    readonly visibility: Visibility;
    readonly createdAt: Date;
  };
  /** The user's role in it, if any. */
  readonly role: Role | null;
}

/** Tables whose rows are named by an id that is unique over all labs. */
export type OwnedTable =
  | 'analyses'
  | 'benchmarks'
  | 'datasets'
  | 'evaluations'
  | 'models'
  | 'recipes'
  | 'runs'
  | 'splits'
  | 'steps';

/** A lab by slug or id, or the lab that owns an object. */
export type LabTarget = { readonly ref: string } | { readonly table: OwnedTable; readonly id: string };

interface Row extends Record<string, unknown> {
  id: string;
  slug: string;
  name: string;
  visibility: Visibility;
  created_at: string;
  role: Role | null;
}

/** One statement whether the thing is not there or not the user's: both take the same time. */
export async function findLab(tx: Tx, target: LabTarget, userId: string | null): Promise<FoundLab | null> {
  const condition =
    'ref' in target
      ? sql`l.slug = ${target.ref} or l.id = ${target.ref}`
      : sql`l.id = (select o.lab_id from ${sql.identifier(target.table)} o where o.id = ${target.id})`;
  const found = await tx.execute<Row>(
    sql`select l.*, m.role from labs l
        left join memberships m on m.lab_id = l.id and m.user_id = ${userId}
        where ${condition}`,
  );
  const row = found.rows[0];
  if (row === undefined) return null;
  const { id, slug, name, visibility } = row;
  return { lab: { id, slug, name, visibility, createdAt: new Date(row.created_at) }, role: row.role };
}

/**
 * Whether the worker holds its lease. With `lock`, the answer stays true until the transaction ends: who wants to end the
 * lease waits for the commit.
 */
export async function holdsLease(tx: Tx, workerId: string, epoch: number, lock: boolean): Promise<boolean> {
  const held = await tx.execute(
    sql`select 1 from workers where id = ${workerId} and lease_epoch = ${epoch} and status = 'alive' ${lock ? sql`for share` : sql``}`,
  );
  return held.rows.length > 0;
}

const available = new WeakMap<Db, boolean>();

/**
 * Whether this server has the role `stockpot_app` and lets us become it; remembered for the pool. Asked on the caller's own
 * transaction: one that held its connection and waited for a second would wait for ever when all of a pool's do.
 */
export async function hasSecondLock(db: Db, on: Pick<Tx, 'execute'> = db.drizzle): Promise<boolean> {
  const known = available.get(db);
  if (known !== undefined) return known;
  const result = await on.execute<{ may: boolean }>(
    sql`select case when to_regrole('stockpot_app') is null then false
                    else pg_has_role(current_user, 'stockpot_app', 'MEMBER') end as may`,
  );
  const may = result.rows[0]?.may === true;
  available.set(db, may);
  return may;
}

/**
 * From here to the end of the transaction rows of other labs do not exist, nor do accounts, sessions and keys: the
 * transaction runs as `stockpot_app` under row-level security. On a server without that role only the lab is noted.
 */
export async function enterLab(db: Db, tx: Tx, labId: string): Promise<void> {
  const role = (await hasSecondLock(db, tx)) ? sql`, set_config('role', 'stockpot_app', true)` : sql``;
  await tx.execute(sql`select set_config('stockpot.lab_id', ${labId}, true)${role}`);
}

/** Lets one transaction at a time through, on this database, for one purpose; false at once when another is inside. */
export async function tryLock(tx: Tx, purpose: string): Promise<boolean> {
  const result = await tx.execute<{ got: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${`stockpot ${purpose}`}, 0)) as got`,
  );
  return result.rows[0]?.got === true;
}

/** The same, waiting for its turn. */
export async function lock(tx: Tx, purpose: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`stockpot ${purpose}`}, 0))`);
}
