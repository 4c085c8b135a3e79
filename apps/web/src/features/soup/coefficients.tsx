import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { KindMark } from '@/components/ui/kind-mark';
import type { ModelKind } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { plural, signed } from '@/lib/format';
import { routes } from '@/lib/routes';
import { mixingWords } from './mixing-words';
import type { Soup } from './peers';

interface Share {
  readonly key: string;
  /** Which of several, where one model is several of the ingredients: the snapshots of a run. */
  readonly nth: number | null;
  readonly model: { readonly id: string; readonly name: string; readonly kind: ModelKind };
  readonly coefficient: number;
  /** Instead of the number 0. */
  readonly none: string;
}

/** What each ingredient counts in the soup, and the stock where the method starts from it. */
export function Coefficients({ slug, soup }: { slug: string; soup: Soup }) {
  const base = soup.base?.coefficient;
  const shares = [
    ...(soup.base == null || base == null
      ? []
      : [shareOf({ ingredient: soup.base.model, coefficient: base }, 'nothing')]),
    ...numbered(soup.coefficients.map((share) => shareOf(share, 'left out'))),
  ];
  const apart = soup.effective?.map((share) => shareOf(share, '0'));
  const ofSoups = soup.coefficients.some(({ ingredient }) => ingredient.kind === 'SOUP');
  return (
    <Panel title={soup.mixing === 'NOMINAL' ? 'Weights' : 'Coefficients'} note={mixingWords(soup)}>
      <Shares slug={slug} shares={shares} />
      {ofSoups && apart ? (
        <section className="mt-5 border-t border-line pt-4">
          <h3 className="text-sm font-medium">Soups taken apart</h3>
          <p className="mt-0.5 mb-3 text-xs text-muted">
            The same of the {plural(apart.length, 'model')} that were never soups themselves.
          </p>
          <Shares slug={slug} shares={apart} />
        </section>
      ) : null}
    </Panel>
  );
}

function shareOf(
  { ingredient, coefficient }: { ingredient: Share['model']; coefficient: number },
  none: string,
): Share {
  return { key: ingredient.id, nth: null, model: ingredient, coefficient, none };
}

/** Largest first; but the snapshots of one run in their order. */
function numbered(shares: readonly Share[]): Share[] {
  const once = new Set(shares.map(({ key }) => key)).size === shares.length;
  if (once) return [...shares].sort((a, b) => b.coefficient - a.coefficient);
  const seen = new Map<string, number>();
  return shares.map((share) => {
    const nth = (seen.get(share.key) ?? 0) + 1;
    seen.set(share.key, nth);
    return { ...share, nth, key: `${share.key} ${nth}` };
  });
}

function Shares({ slug, shares }: { slug: string; shares: readonly Share[] }) {
  const low = Math.min(0, ...shares.map(({ coefficient }) => coefficient));
  const high = Math.max(0, ...shares.map(({ coefficient }) => coefficient));
  const span = high - low || 1;
  const part = (value: number) => `${(value / span) * 100}%`;
  return (
    <ol className="grid max-h-[26rem] auto-rows-[minmax(1.75rem,1fr)] overflow-y-auto">
      {shares.map(({ key, nth, model, coefficient, none }) => (
        <li key={key} className="grid grid-cols-[minmax(0,8rem)_1fr_3.5rem] items-center gap-3 text-sm">
          <Link href={routes.model(slug, model)} className="flex min-w-0 items-center gap-2 hover:text-accent">
            <KindMark kind={model.kind} className="size-2.5" />
            <span className="truncate">
              {model.name}
              {nth === null ? '' : ` · ${nth}`}
            </span>
          </Link>
          <span aria-hidden className="relative h-3.5 overflow-hidden rounded-sm bg-sunken">
            <span
              className={cx(
                'absolute inset-y-0 rounded-sm',
                coefficient < 0 ? 'bg-bad' : model.kind === 'STOCK' ? 'bg-kind-stock' : 'bg-kind-soup',
              )}
              style={{ left: part(Math.min(0, coefficient) - low), width: part(Math.abs(coefficient)) }}
            />
            {low < 0 ? <span className="absolute inset-y-0 w-px bg-ink/50" style={{ left: part(-low) }} /> : null}
          </span>
          <span className="tabular text-right">
            {coefficient === 0 ? <span className="text-faint">{none}</span> : signed(coefficient)}
          </span>
        </li>
      ))}
    </ol>
  );
}
