import { type Db, sql, type Tx } from '@stockpot/db';

const available = new WeakMap<Db, Promise<boolean>>();

/** Whether this server has the role `stockpot_app` and lets us become it. Asked once a pool. */
function mayLock(db: Db): Promise<boolean> {
  let answer = available.get(db);
  if (answer === undefined) {
    answer = db.pool
      .query<{ may: boolean }>(
        `select case when to_regrole('stockpot_app') is null then false
                     else pg_has_role(current_user, 'stockpot_app', 'MEMBER') end as may`,
      )
      .then((result) => result.rows[0]?.may === true);
    answer.catch(() => available.delete(db));
    available.set(db, answer);
  }
  return answer;
}

/**
 * From here to the end of the transaction rows of other labs do not exist, nor do accounts, sessions and keys: the
 * transaction runs as `stockpot_app` under row-level security. The first lock is the verbs' own conditions on the lab.
 */
export async function enterLab(db: Db, tx: Tx, labId: string): Promise<void> {
  if (!(await mayLock(db))) return;
  await tx.execute(sql`select set_config('stockpot.lab_id', ${labId}, true), set_config('role', 'stockpot_app', true)`);
}
