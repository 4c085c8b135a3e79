import type { ModelKind } from '@/gql/graphql';

/** Every address of the product, in one place. */
const lab = (slug: string) => `/labs/${encodeURIComponent(slug)}`;

export const routes = {
  home: '/',
  labs: '/labs',
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  leaderboard: lab,
  model: (slug: string, model: { id: string; kind: ModelKind }) =>
    `${lab(slug)}/${model.kind === 'SOUP' ? 'soups' : 'models'}/${encodeURIComponent(model.id)}`,
  runs: (slug: string) => `${lab(slug)}/runs`,
  newRun: (slug: string) => `${lab(slug)}/runs/new`,
  run: (slug: string, id: string, step?: string) =>
    `${lab(slug)}/runs/${encodeURIComponent(id)}${step ? `?step=${encodeURIComponent(step)}` : ''}`,
  lineage: (slug: string, run?: string) => `${lab(slug)}/lineage${run ? `?run=${encodeURIComponent(run)}` : ''}`,
  compare: (slug: string, first?: string | null, second?: string | null) => {
    const chosen = new URLSearchParams({ ...(first ? { first } : {}), ...(second ? { second } : {}) }).toString();
    return `${lab(slug)}/compare${chosen ? `?${chosen}` : ''}`;
  },
  analysis: (slug: string, id: string) => `${lab(slug)}/analyses/${encodeURIComponent(id)}`,
  data: (slug: string) => `${lab(slug)}/data`,
};

/** Where to go after signing in: only a path of this site, never another origin. */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  return next;
}
