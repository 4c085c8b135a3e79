'use client';

import { useQuery } from 'urql';
import { type LabRole, ViewerDocument } from '@/gql/graphql';

/** Who is signed in. `undefined` while unknown, `null` for nobody. */
export function useViewer() {
  const [{ data, error }] = useQuery({ query: ViewerDocument, requestPolicy: 'cache-first' });
  return error ? null : data?.viewer;
}

/** The viewer's role in a lab; `null` when they have none. */
export function useLabRole(slug: string): LabRole | null | undefined {
  const viewer = useViewer();
  if (viewer === undefined) return undefined;
  return viewer?.memberships.find((membership) => membership.lab.slug === slug)?.role ?? null;
}

/** Whether the viewer may submit recipes and cancel runs here. The API decides; this only chooses what to show. */
export function useMayCook(slug: string): boolean | undefined {
  const role = useLabRole(slug);
  if (role === undefined) return undefined;
  return role === 'MEMBER' || role === 'MAINTAINER' || role === 'OWNER';
}
