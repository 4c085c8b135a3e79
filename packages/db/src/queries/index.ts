export * as costQueries from './ensemble-costs.js';
export * from './expressions.js';
export * as knownSoupQueries from './known-soups.js';
export * as leaderboardQueries from './leaderboard.js';
export * as lineageQueries from './lineage.js';
export type { MetricOrder } from './metric-value.js';
export * as metricQueries from './metrics.js';
export * as rankQueries from './ranks.js';
export * from './tenancy.js';
