import type { LeaderboardFilter, LeaderboardOrder, ModelKind, OrderDirection } from '@/gql/graphql';
import { KIND_ORDER } from '@/lib/kinds';

/** What the leaderboard shows, kept in the address: `?by=bench_…&dir=asc&kind=soup,ensemble&q=ft&run=run_…`. */
export interface ViewState {
  /** A benchmark's id, `name` or `created`; absent: the server's choice, the first test benchmark. */
  readonly by: string | null;
  readonly direction: OrderDirection;
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
    direction: direction(parameters.get('dir')) ?? defaultDirection(by),
    kinds: KIND_ORDER.filter((kind) => wanted.has(kind)),
    search: (parameters.get('q') ?? '').slice(0, 200),
    run: parameters.get('run'),
  };
}

/** The shortest address of a view. */
export function formatViewState(state: ViewState): string {
  const parameters = new URLSearchParams();
  if (state.by) parameters.set('by', state.by);
  if (state.direction !== defaultDirection(state.by)) parameters.set('dir', state.direction.toLowerCase());
  if (state.kinds.length > 0) parameters.set('kind', state.kinds.join(',').toLowerCase());
  if (state.search) parameters.set('q', state.search);
  if (state.run) parameters.set('run', state.run);
  return parameters.toString();
}

/** The same view ordered by `by`; a second time turns the direction round. */
export function toggleOrder(state: ViewState, by: string, current: string | null): ViewState {
  if (by !== current) return { ...state, by, direction: defaultDirection(by) };
  return { ...state, by, direction: state.direction === 'ASC' ? 'DESC' : 'ASC' };
}

export function toQuery(state: ViewState): { orderBy: LeaderboardOrder; filter: LeaderboardFilter } {
  const { by, direction } = state;
  return {
    orderBy:
      by === 'name'
        ? { field: 'NAME', direction }
        : by === 'created'
          ? { field: 'CREATED_AT', direction }
          : { field: 'BENCHMARK', direction, benchmark: by },
    filter: {
      kinds: state.kinds.length > 0 ? [...state.kinds] : null,
      search: state.search.trim() || null,
      run: state.run,
    },
  };
}

function defaultDirection(by: string | null): OrderDirection {
  return by === 'name' ? 'ASC' : 'DESC';
}

function direction(text: string | null): OrderDirection | null {
  return text === 'asc' ? 'ASC' : text === 'desc' ? 'DESC' : null;
}
