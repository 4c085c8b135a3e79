import { type SQL, sql } from 'drizzle-orm';

/** A number of evaluations that models are put in order by. */
export interface MetricOrder {
  /** Its name in the engine's table of metrics: 'top1', 'mce'. */
  readonly name: string;
  readonly better: 'higher' | 'lower';
}

/** Numbers that have a column of their own; all others are in `further`. */
const COLUMNS: Readonly<Record<string, SQL>> = {
  top1: sql`e.top1`,
  nll: sql`e.nll`,
  ece: sql`e.ece`,
  brier: sql`e.brier`,
  meanCorruptionError: sql`e.mean_corruption_error`,
};

/** The number of `evaluations e`; null where an evaluation has none. Top-1 alone is in the leaderboard's indexes. */
export function metricValue({ name }: Pick<MetricOrder, 'name'>): SQL {
  const column = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
  return column ?? sql`(e.further ->> ${name}::text)::float8`;
}

/** The same, so that more is better. */
export function goodness(order: MetricOrder): SQL {
  return order.better === 'higher' ? metricValue(order) : sql`-${metricValue(order)}`;
}
