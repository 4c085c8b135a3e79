import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Db } from '../connect.js';
import * as schema from '../schema/index.js';

/** The same database, counting the statements sent through it: for tests that a page costs the same whatever its size. */
export function countStatements(db: Db): { readonly db: Db; readonly statements: () => number } {
  let statements = 0;
  const counted = new WeakSet<pg.PoolClient>();
  const pool = new Proxy(db.pool, {
    get(target, property) {
      if (property !== 'connect') {
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return async () => {
        const client = await target.connect();
        if (!counted.has(client)) {
          counted.add(client);
          const query: (...args: unknown[]) => unknown = client.query.bind(client);
          Object.assign(client, {
            query: (...args: unknown[]) => {
              statements++;
              return query(...args);
            },
          });
        }
        return client;
      };
    },
  });
  return {
    db: { ...db, pool, drizzle: drizzle(pool, { schema, casing: 'snake_case' }) },
    statements: () => statements,
  };
}
