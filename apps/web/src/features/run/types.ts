import type { RunFieldsFragment } from '@/gql/graphql';

export type Run = RunFieldsFragment;
export type Step = Run['steps'][number];
