import { Trophy } from 'lucide-react';
import Link from 'next/link';
import { Badge } from '@/components/ui/badge';
import { KindMark } from '@/components/ui/kind-mark';
import { KINDS } from '@/lib/kinds';
import { routes } from '@/lib/routes';
import type { Row } from './types';

/** A model's mark, name and kind, linked to its page; with its run where its name is one of `several`. */
export function ModelName({ row, slug, several }: { row: Row; slug: string; several: ReadonlySet<string> }) {
  const { model } = row;
  return (
    <div className="min-w-0">
      <Link
        href={routes.model(slug, model)}
        className="inline-flex max-w-full items-center gap-2 font-medium underline-offset-4 hover:text-accent hover:underline"
      >
        <KindMark kind={model.kind} />
        <span className="truncate">{model.name}</span>
      </Link>
      <div className="mt-0.5 flex flex-wrap items-center gap-1.5 pl-5 text-xs text-muted">
        {KINDS[model.kind].label.toLowerCase()}
        {several.has(model.name) && model.run ? `, ${model.run.name}` : ''}
        {row.bestIngredient ? (
          <Badge tone="accent">
            <Trophy aria-hidden /> best ingredient
          </Badge>
        ) : null}
      </div>
    </div>
  );
}
