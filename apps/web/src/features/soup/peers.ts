import type { ModelKind, SoupPageQuery } from '@/gql/graphql';

export type Soup = NonNullable<SoupPageQuery['soup']>;
export type EvaluationWithCells = Soup['evaluations'][number];

/** A model that the soup is compared with, or the soup itself. */
export interface Peer {
  readonly role: 'soup' | 'best' | 'only' | 'ensemble' | 'greedyEnsemble' | 'stock' | 'ingredient';
  readonly id: string;
  readonly name: string;
  readonly kind: ModelKind;
  readonly evaluations: readonly EvaluationWithCells[];
}

/** What a peer is called beside its name. */
export const PEER_LABEL: Record<Peer['role'], string> = {
  soup: 'This soup',
  best: 'Best ingredient',
  only: 'Only ingredient',
  ensemble: 'Logit ensemble',
  greedyEnsemble: 'Greedy ensemble',
  stock: 'Stock',
  ingredient: 'Ingredient',
};

/**
 * The single ingredient one would take instead of the soup: the one with the highest score on the selection split. A search
 * that adds begins with it, and its first candidate was scored alone; where nobody was scored alone on the split, that tells.
 */
function bestIngredientId(soup: Soup): string | undefined {
  let best: { id: string; top1: number } | undefined;
  for (const { ingredient } of soup.coefficients) {
    const chosenOn = ingredient.evaluations.find((evaluation) => evaluation.benchmark.role === 'SELECTION');
    const top1 = chosenOn?.top1 ?? null;
    if (top1 !== null && (!best || top1 > best.top1)) best = { id: ingredient.id, top1 };
  }
  const [first] = soup.trace;
  return best?.id ?? (first && !first.removed ? first.candidate.id : undefined);
}

/** Whether a score flatters the peer: the soup was chosen by such scores, or it is the best ingredient by them. */
export function isSpentOn(
  { role }: Pick<Peer, 'role'>,
  score: { readonly spent: boolean; readonly benchmark: { readonly role: string } },
): boolean {
  return score.spent || (role === 'best' && score.benchmark.role === 'SELECTION');
}

/** What an ingredient is in the pool of a soup: nobody chose the one that had no other beside it. */
export function roleInPool(
  id: string,
  pool: { readonly size: number },
  best: string | undefined,
): 'only' | 'best' | 'ingredient' {
  if (pool.size === 1) return 'only';
  return id === best ? 'best' : 'ingredient';
}

/** The soup, its baselines and its ingredients, in the order in which they are listed. */
export function peersOf(soup: Soup): Peer[] {
  const best = bestIngredientId(soup);
  // The snapshots of a run are one model.
  const pool = new Map(soup.coefficients.map(({ ingredient }) => [ingredient.id, ingredient]));
  const ingredients = [...pool.values()].map(
    (ingredient): Peer => ({
      ...ingredient,
      role: roleInPool(ingredient.id, pool, best),
    }),
  );
  const rank = (peer: Peer) => (peer.role === 'ingredient' ? 1 : 0);
  return [
    { role: 'soup', id: soup.id, name: soup.name, kind: soup.kind, evaluations: soup.evaluations },
    ...ingredients.filter((peer) => rank(peer) === 0),
    ...(soup.ensemble ? [{ ...soup.ensemble, role: 'ensemble' as const }] : []),
    ...(soup.greedyEnsemble ? [{ ...soup.greedyEnsemble, role: 'greedyEnsemble' as const }] : []),
    ...(soup.stock ? [{ ...soup.stock, role: 'stock' as const }] : []),
    ...ingredients.filter((peer) => rank(peer) === 1),
  ];
}
