import { useQuery } from 'urql';
import { SoupComparisonsDocument } from '@/gql/graphql';
import type { Peer } from './peers';

/** What one could use instead of the soup. */
export function baselinesOf(peers: readonly Peer[]): Peer[] {
  return peers.filter(({ role }) => role !== 'soup' && role !== 'ingredient');
}

/** The soup beside its baselines, image by image: one answer for all that show it, so that they give the same p-values. */
export function useComparisons(peers: readonly Peer[]) {
  const soup = peers.find(({ role }) => role === 'soup');
  const [{ data, error, fetching }, ask] = useQuery({
    query: SoupComparisonsDocument,
    variables: { id: soup?.id ?? '', baselines: baselinesOf(peers).map(({ id }) => id) },
    pause: soup === undefined,
  });
  return { comparisons: data?.soup?.comparedWith, error, fetching, ask };
}
