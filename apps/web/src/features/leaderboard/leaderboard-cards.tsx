import { RoleChip } from '@/components/ui/role-chip';
import { namesOfSeveral } from '@/lib/alike';
import { label } from '@/lib/format';
import { ColumnNote } from './column-heading';
import { columnLabels } from './column-label';
import { columnDomain } from './domain';
import { ModelName } from './model-name';
import { Rank } from './rank';
import { ScoreCell } from './score-cell';
import type { Column, Row } from './types';

interface Props {
  readonly slug: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** The number that all columns show; null where each shows its own. */
  readonly metric: string | null;
}

/** The leaderboard on a narrow screen: what the benchmarks are, then one card a model. */
export function LeaderboardCards({ slug, columns, rows, metric }: Props) {
  const domains = columns.map((_, index) => columnDomain(rows, index));
  const labels = columnLabels(columns);
  const several = namesOfSeveral(rows.map(({ model }) => model));
  return (
    <>
      <ul className="space-y-2 border-b border-line bg-sunken/50 px-4 py-3 text-xs">
        {columns.map((column) => (
          <li key={column.id} className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
            <span className="font-medium">{label(column.name)}</span>
            <ColumnNote column={column} />
          </li>
        ))}
      </ul>
      <ol className="divide-y divide-line">
        {rows.map((row) => (
          <li key={row.model.id} className="px-4 py-4">
            <div className="flex items-start gap-3">
              <Rank row={row} className="w-11 shrink-0 leading-5" />
              <div className="min-w-0 flex-1">
                <ModelName row={row} slug={slug} several={several} />
              </div>
              <span className="tabular shrink-0 text-xs text-muted" title="Forward passes for one image">
                {row.forwardPasses == null ? '' : `${row.forwardPasses}× cost`}
              </span>
            </div>
            <dl className="mt-3 space-y-2.5 pl-14">
              {columns.map((column, index) =>
                row.scores[index] ? (
                  <div key={column.id} className="grid grid-cols-[minmax(0,1fr)_9.5rem] items-start gap-3">
                    <dt className="flex flex-wrap items-center gap-1.5 pt-0.5 text-xs font-medium">
                      {labels.get(column.id)} <RoleChip role={column.role} />
                    </dt>
                    <dd>
                      <ScoreCell
                        score={row.scores[index] ?? null}
                        column={column}
                        domain={domains[index] ?? { low: 0, high: 1 }}
                        chosen={metric}
                        best={row.bestIngredient}
                      />
                    </dd>
                  </div>
                ) : null,
              )}
            </dl>
            <NotEvaluated row={row} columns={columns} labels={labels} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** The columns in which a model has no score, in one line: cards of labs with many recipes would be mostly these. */
function NotEvaluated({
  row,
  columns,
  labels,
}: {
  row: Row;
  columns: readonly Column[];
  labels: ReadonlyMap<string, string>;
}) {
  const missing = columns.filter((_, index) => !row.scores[index]);
  if (missing.length === 0) return null;
  return (
    <p className="mt-2.5 pl-14 text-xs text-faint">
      Not evaluated on {missing.map(({ id }) => labels.get(id)).join('; ')}
    </p>
  );
}
