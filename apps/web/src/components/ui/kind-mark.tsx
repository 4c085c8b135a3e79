import type { ModelKind } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { KINDS } from '@/lib/kinds';

/** The shape and colour of a kind of model: square stock, round ingredient, diamond soup, triangle ensemble. */
export function KindMark({ kind, className }: { kind: ModelKind; className?: string }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden className={cx('size-3 shrink-0', KINDS[kind].fill, className)}>
      {kind === 'STOCK' ? <rect x="1.5" y="1.5" width="9" height="9" rx="1.5" /> : null}
      {kind === 'INGREDIENT' ? <circle cx="6" cy="6" r="4.6" /> : null}
      {kind === 'SOUP' ? <path d="M6 .4 11.6 6 6 11.6 .4 6Z" /> : null}
      {kind === 'ENSEMBLE' ? <path d="M6 .8 11.7 10.8H.3Z" /> : null}
    </svg>
  );
}
