import { type ModelKind, repeatOf } from '@stockpot/engine/recipe';
import { type OverSeeds, overSeeds, type PairedOverSeeds, pairedOverSeeds } from '@stockpot/engine/statistics';
import type { Leaderboard, LeaderboardRow, ShownLeaderboard } from './leaderboard.js';

/** A model of a repeated recipe over the repeats. */
export interface RepeatedRow {
  /** What it is called in the first repeat; of the best ingredient null. */
  readonly model: string | null;
  readonly kind: ModelKind;
  readonly method?: string;
  /** 1 for all but ensembles. */
  readonly networks: number;
  /** One a column; null where the model was not scored. What no seed reaches, as the stock, has one score for all repeats. */
  readonly scores: readonly (OverSeeds | null)[];
  /** What it has over the best ingredient in the first column, seed by seed; null for that itself, for what no seed reaches and for ingredients. */
  readonly overBest: PairedOverSeeds | null;
}

export interface RepeatedLeaderboard {
  readonly repeats: number;
  readonly columns: ShownLeaderboard['columns'];
  readonly rows: readonly RepeatedRow[];
}

/**
 * The leaderboard of a repeated recipe: every model once, over its repeats, and the best ingredient by its selection score, chosen
 * in each repeat for itself. Null for a recipe that is cooked once. Ordered by the mean in the first column.
 */
export function overRepeats({ columns, rows }: Leaderboard): RepeatedLeaderboard | null {
  const repeats = Math.max(...rows.map(({ model }) => repeatOf(model).repeat), 1);
  if (repeats === 1) return null;
  const byName = new Map<string, LeaderboardRow[]>();
  for (const row of rows) {
    const { name } = repeatOf(row.model);
    byName.set(name, [...(byName.get(name) ?? []), row]);
  }
  const best = rows.filter(({ bestIngredient }) => bestIngredient);
  const bestByRepeat = firstColumn(best);
  const repeated = [...byName].map(([model, group]) => {
    const [{ kind, method, networks } = { kind: 'soup' as const, method: undefined, networks: 1 }] = group;
    const mixed = kind === 'soup' || kind === 'ensemble';
    return {
      ...{ model, kind, networks: Math.max(networks, ...group.map((row) => row.networks)) },
      ...(method === undefined ? {} : { method }),
      scores: columns.map((_, column) => over(group, column)),
      overBest: mixed ? paired(firstColumn(group), bestByRepeat) : null,
    };
  });
  const chosen: RepeatedRow[] =
    best.length < 2
      ? []
      : [
          {
            ...{ model: null, kind: 'ingredient', networks: 1, overBest: null },
            scores: columns.map((_, column) => over(best, column)),
          },
        ];
  const rank = ({ scores: [first] }: RepeatedRow) => first?.mean ?? -1;
  return { repeats, columns, rows: [...repeated, ...chosen].sort((a, b) => rank(b) - rank(a)) };
}

function over(group: readonly LeaderboardRow[], column: number): OverSeeds | null {
  const values = group.flatMap(({ scores }) => scores[column]?.value ?? []);
  return values.length === 0 ? null : overSeeds(values);
}

/** Repeat → score. */
function firstColumn(group: readonly LeaderboardRow[]): ReadonlyMap<number, number> {
  return new Map(
    group.flatMap(({ model, scores: [first] }) =>
      first == null ? [] : [[repeatOf(model).repeat, first.value] as const],
    ),
  );
}

function paired(mine: ReadonlyMap<number, number>, best: ReadonlyMap<number, number>): PairedOverSeeds | null {
  const differences = [...mine].flatMap(([repeat, value]) => {
    const other = best.get(repeat);
    return other === undefined ? [] : [value - other];
  });
  return differences.length < 2 ? null : pairedOverSeeds(differences);
}
