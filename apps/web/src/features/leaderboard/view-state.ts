import type { LeaderboardFilter, LeaderboardOrder, ModelKind, OrderDirection } from '@/gql/graphql';
import { KIND_ORDER } from '@/lib/kinds';

/** What the leaderboard shows, kept in the address: `?by=bench_…&metric=mce&dir=asc&kind=soup,ensemble&q=ft&run=run_…`. */
export interface ViewState {
  /** A benchmark's id, `name` or `created`; absent: the server's choice, the first test benchmark. */
  readonly by: string | null;
  /** The number that columns show and rows are ordered by; null: each benchmark's own, top-1 for most. */
  readonly metric: string | null;
  /** Null: best first; by name from A, by time the newest first. */
  readonly direction: OrderDirection | null;
  readonly kinds: readonly ModelKind[];
  readonly search: string;
  readonly run: string | null;
}

/** Reads the address. What it does not understand it leaves out: an address typed by hand must not break the page. */
export function parseViewState(parameters: URLSearchParams): ViewState {
  const wanted = new Set((parameters.get('kind') ?? '').toUpperCase().split(','));
  const by = parameters.get('by');
  const known = by === 'name' || by === 'created' || by?.startsWith('bench_');
  return {
    by: known ? by : null,
    metric: /^[A-Za-z0-9]{1,40}(:.{1,60})?$/.exec(parameters.get('metric') ?? '')?.[0] ?? null,
    direction: direction(parameters.get('dir')),
    kinds: KIND_ORDER.filter((kind) => wanted.has(kind)),
    search: (parameters.get('q') ?? '').slice(0, 200),
    run: parameters.get('run'),
  };
}

/** The shortest address of a view. */
export function formatViewState(state: ViewState): string {
  const parameters = new URLSearchParams();
  if (state.by) parameters.set('by', state.by);
  if (state.metric) parameters.set('metric', state.metric);
  if (state.direction) parameters.set('dir', state.direction.toLowerCase());
  if (state.kinds.length > 0) parameters.set('kind', state.kinds.join(',').toLowerCase());
  if (state.search) parameters.set('q', state.search);
  if (state.run) parameters.set('run', state.run);
  return parameters.toString();
}

/** What a view is ordered by now, as the server says where the address leaves it open. */
export interface CurrentOrder {
  /** A benchmark's id, `name` or `created`. */
  readonly by: string | null;
  readonly direction: OrderDirection;
}

/** The same view ordered by `by`, best first; a second time turns the direction round. */
export function toggleOrder(state: ViewState, by: string, current: CurrentOrder): ViewState {
  if (by !== current.by) return { ...state, by, direction: null };
  return { ...state, by, direction: current.direction === 'ASC' ? 'DESC' : 'ASC' };
}

export function toQuery(state: ViewState): {
  orderBy: LeaderboardOrder;
  filter: LeaderboardFilter;
  metric: string | null;
} {
  const { by, metric, direction } = state;
  return {
    orderBy:
      by === 'name'
        ? { field: 'NAME', direction: direction ?? 'ASC' }
        : by === 'created'
          ? { field: 'CREATED_AT', direction: direction ?? 'DESC' }
          : { field: 'BENCHMARK', direction, benchmark: by, metric },
    filter: {
      kinds: state.kinds.length > 0 ? [...state.kinds] : null,
      search: state.search.trim() || null,
      run: state.run,
    },
    metric,
  };
}

function direction(text: string | null): OrderDirection | null {
  return text === 'asc' ? 'ASC' : text === 'desc' ? 'DESC' : null;
}
