import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { KindMark } from '@/components/ui/kind-mark';
import { plural, quantity } from '@/lib/format';
import { routes } from '@/lib/routes';
import type { Soup } from './peers';

/** How much of each ingredient is in the soup. */
export function Coefficients({ slug, soup }: { slug: string; soup: Soup }) {
  const largest = Math.max(...soup.coefficients.map((member) => member.coefficient), 0);
  const rows = [...soup.coefficients].sort((a, b) => b.coefficient - a.coefficient);
  return (
    <Panel
      title="Coefficients"
      note={`Weight of each of ${plural(rows.length, 'ingredient')} in the average; together they make 1.`}
    >
      <ol className="grid max-h-[26rem] min-h-full auto-rows-[minmax(1.75rem,1fr)] overflow-y-auto">
        {rows.map(({ ingredient, coefficient }) => (
          <li key={ingredient.id} className="grid grid-cols-[minmax(0,8rem)_1fr_3.5rem] items-center gap-3 text-sm">
            <Link href={routes.model(slug, ingredient)} className="flex min-w-0 items-center gap-2 hover:text-accent">
              <KindMark kind={ingredient.kind} className="size-2.5" />
              <span className="truncate">{ingredient.name}</span>
            </Link>
            <span aria-hidden className="h-3.5 overflow-hidden rounded-sm bg-sunken">
              <span
                className="block h-full rounded-sm bg-kind-soup"
                style={{ width: `${largest > 0 ? (coefficient / largest) * 100 : 0}%` }}
              />
            </span>
            <span className="tabular text-right">
              {coefficient > 0 ? quantity(coefficient, 3) : <span className="text-faint">left out</span>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
