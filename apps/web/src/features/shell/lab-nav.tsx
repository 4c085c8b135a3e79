'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cx } from '@/lib/cx';
import { routes } from '@/lib/routes';

/** The sections of a lab. */
export function LabNav({ slug }: { slug: string }) {
  const path = usePathname();
  const home = routes.leaderboard(slug);
  const sections = [
    { label: 'Leaderboard', href: home, here: path === home || /^\/labs\/[^/]+\/(soups|models)\//.test(path) },
    { label: 'Compare', href: routes.compare(slug), here: path === routes.compare(slug) },
    { label: 'Runs', href: routes.runs(slug), here: path.startsWith(routes.runs(slug)) },
    { label: 'Lineage', href: routes.lineage(slug), here: path === routes.lineage(slug) },
    { label: 'Data', href: routes.data(slug), here: path === routes.data(slug) },
  ];
  return (
    <nav aria-label="Sections of the lab" className="mx-auto max-w-7xl px-2 sm:px-4">
      <ul className="flex overflow-x-auto">
        {sections.map((section) => (
          <li key={section.href}>
            <Link
              href={section.href}
              aria-current={section.here ? 'page' : undefined}
              className={cx(
                'block border-b-2 px-2 pt-1 pb-2.5 text-sm sm:px-2.5',
                section.here ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink',
              )}
            >
              {section.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
