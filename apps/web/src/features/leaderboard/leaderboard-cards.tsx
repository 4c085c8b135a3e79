import { label } from '@/lib/format';
import { ColumnNote } from './column-heading';
import { columnDomain } from './domain';
import { ModelName } from './model-name';
import { Rank } from './rank';
import { ScoreCell } from './score-cell';
import type { Column, Row } from './types';

interface Props {
  readonly slug: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly sharedRanks: ReadonlySet<number>;
}

/** The leaderboard on a narrow screen: one card a model, every benchmark on its own line. */
export function LeaderboardCards({ slug, columns, rows, sharedRanks }: Props) {
  const domains = columns.map((_, index) => columnDomain(rows, index));
  return (
    <ol className="divide-y divide-line">
      {rows.map((row) => (
        <li key={row.model.id} className="px-4 py-4">
          <div className="flex items-start gap-3">
            <Rank
              rank={row.rank}
              tied={row.rank != null && sharedRanks.has(row.rank)}
              className="w-7 shrink-0 text-lg leading-5"
            />
            <div className="min-w-0 flex-1">
              <ModelName row={row} slug={slug} />
            </div>
            <span className="tabular shrink-0 text-xs text-muted" title="Forward passes for one image">
              {row.forwardPasses == null ? '' : `${row.forwardPasses}× cost`}
            </span>
          </div>
          <dl className="mt-3 space-y-2.5 pl-10">
            {columns.map((column, index) => (
              <div key={column.id} className="grid grid-cols-[minmax(0,1fr)_9.5rem] items-start gap-3">
                <dt className="space-y-0.5 text-xs">
                  <span className="block font-medium">{label(column.name)}</span>
                  <ColumnNote column={column} />
                </dt>
                <dd>
                  <ScoreCell
                    score={row.scores[index] ?? null}
                    column={column}
                    domain={domains[index] ?? { low: 0, high: 1 }}
                  />
                </dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ol>
  );
}
