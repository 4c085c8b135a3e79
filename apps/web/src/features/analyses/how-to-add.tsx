import Link from 'next/link';
import { routes } from '@/lib/routes';

/** Where there is none: what to write into the recipe. `run` is one whose recipe may be varied. */
export function HowToAdd({ slug, run, soup }: { slug: string; run: string | null; soup?: string }) {
  const subject = soup ? `soup: ${soup}` : 'models: [ft]';
  return (
    <p className="max-w-3xl text-sm text-pretty text-muted">
      None was asked for. Add <code className="font-mono text-xs">analyses:</code> with a line such as{' '}
      <code className="font-mono text-xs">basins: {`{ kind: barriers, ${subject}, on: selection }`}</code> to{' '}
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
