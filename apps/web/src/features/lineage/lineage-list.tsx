import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { KindMark } from '@/components/ui/kind-mark';
import type { LabLineageQuery } from '@/gql/graphql';
import { routes } from '@/lib/routes';
import { partsText } from './parts-text';

type Lineage = LabLineageQuery['labLineage'];

/** The same lineage in words: each mixture with its parts. */
export function LineageList({ slug, lineage }: { slug: string; lineage: Lineage }) {
  const byId = new Map(lineage.nodes.map((node) => [node.id, node]));
  const mixtures = lineage.nodes.filter((node) => node.kind === 'SOUP' || node.kind === 'ENSEMBLE');
  if (mixtures.length === 0) return null;
  return (
    <Panel title="Mixtures" note="Each soup or ensemble and what is in it.">
      <ul className="divide-y divide-line text-sm">
        {mixtures.map((mixture) => (
          <li key={mixture.id} className="grid gap-x-6 gap-y-1 py-2.5 first:pt-0 last:pb-0 sm:grid-cols-[12rem_1fr]">
            <Link href={routes.model(slug, mixture)} className="flex items-center gap-2 font-medium hover:text-accent">
              <KindMark kind={mixture.kind} /> {mixture.name}
            </Link>
            <p className="tabular text-muted">
              {'method' in mixture && !isSum(lineage, mixture.id) ? `${mixture.method} of ` : ''}
              {partsText(
                lineage.edges
                  .filter((edge) => edge.child === mixture.id)
                  .map(({ parent, coefficient }) => ({ name: byId.get(parent)?.name ?? 'unknown', coefficient })),
              )}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Whether a mixture is the sum of its parts; an ensemble, or a method that is no linear combination, only names them. */
function isSum({ edges }: Lineage, id: string): boolean {
  return edges.some((edge) => edge.child === id && edge.coefficient != null);
}
