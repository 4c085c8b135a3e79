import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { KindMark } from '@/components/ui/kind-mark';
import type { ModelPageQuery } from '@/gql/graphql';
import { signed } from '@/lib/format';
import { KINDS } from '@/lib/kinds';
import { routes } from '@/lib/routes';

type Edges = NonNullable<ModelPageQuery['model']>['parents'];

/** The models at the other ends of a model's lineage edges. */
export function Relatives({ slug, title, edges }: { slug: string; title: string; edges: Edges }) {
  return (
    <Panel
      title={title}
      aside={
        <Link className="link text-sm" href={routes.lineage(slug)}>
          Lineage
        </Link>
      }
    >
      {edges.length === 0 ? (
        <p className="text-sm text-muted">
          {title === 'Used for' ? 'No model was made from it yet.' : 'It starts a lineage.'}
        </p>
      ) : (
        <ul className="divide-y divide-line text-sm">
          {edges.map(({ model, coefficient }) => (
            <li key={model.id} className="flex items-center gap-3 py-2 first:pt-0 last:pb-0">
              <KindMark kind={model.kind} />
              <Link href={routes.model(slug, model)} className="truncate font-medium hover:text-accent">
                {model.name}
              </Link>
              <span className="text-xs text-muted">{KINDS[model.kind].label.toLowerCase()}</span>
              <span className="tabular ml-auto whitespace-nowrap text-muted">
                {coefficient == null ? '' : coefficient === 0 ? 'left out' : `× ${signed(coefficient)}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
