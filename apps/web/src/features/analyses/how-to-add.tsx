import Link from 'next/link';
import { routes } from '@/lib/routes';

/** Where there is none: what to write into the recipe. `run` is one whose recipe may be varied. */
export function HowToAdd(props: {
  slug: string;
  run: string | null;
  /** Whose pool the example is of; left out, some group of ingredients. */
  soup?: string;
  /** The benchmark that models are chosen on. */
  selection?: string | null;
}) {
  const { slug, run, soup, selection } = props;
  const repeat = soup?.match(/@(\d+)$/)?.[1];
  if (repeat) {
    return (
      <p className="max-w-3xl text-sm text-pretty text-muted">
        Analyses are of the first repeat of a recipe, and this soup is of repeat {repeat}
        {run ? (
          <>
            :{' '}
            <Link href={routes.run(slug, run)} className="link">
              the run
            </Link>{' '}
            lists what was asked for
          </>
        ) : null}
        .
      </p>
    );
  }
  const subject = soup ? `soup: ${soup}` : 'models: [ft]';
  return (
    <p className="max-w-3xl text-sm text-pretty text-muted">
      None was asked for. Add <code className="font-mono text-xs">analyses:</code> with a line such as{' '}
      <code className="font-mono text-xs">
        basins: {`{ kind: barriers, ${subject}, on: ${selection ?? 'selection'} }`}
      </code>{' '}
      to{' '}
      {run ? (
        <Link href={`${routes.newRun(slug)}?from=${encodeURIComponent(run)}`} className="link">
          the recipe
        </Link>
      ) : (
        'the recipe'
      )}{' '}
      and cook it again: what is there is reused, and only the analysis runs.
    </p>
  );
}
