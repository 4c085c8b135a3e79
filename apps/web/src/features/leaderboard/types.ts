import type { LeaderboardQuery } from '@/gql/graphql';

type Board = LeaderboardQuery['leaderboard'];
export type Column = Board['columns'][number];
export type Ranking = NonNullable<Board['ranking']>;
export type Row = Board['edges'][number]['node'];
export type ColumnMetrics = Board['columnMetrics'][number];
export type Score = NonNullable<Row['scores'][number]>;
