import { cookies } from 'next/headers';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { routes } from '@/lib/routes';
import { Logo } from './logo';
import { parseTheme, THEME_COOKIE } from './theme';
import { ThemeToggle } from './theme-toggle';
import { ViewerMenu } from './viewer-menu';

/** The bar on every page. `place` says where one is (the lab), `navigation` stands below it on narrow screens. */
export async function SiteHeader({ place, navigation }: { place?: ReactNode; navigation?: ReactNode }) {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-page/90 backdrop-blur">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded focus:bg-surface focus:px-3 focus:py-2"
      >
        Skip to the content
      </a>
      <div className="mx-auto flex h-14 max-w-7xl items-center gap-3 px-4 sm:px-6">
        <Link href={routes.home} className="flex items-center gap-2 text-base font-semibold tracking-tight">
          <Logo className="size-6 text-accent" />
          Stockpot
        </Link>
        {place}
        <div className="ml-auto flex items-center gap-1.5">
          <ThemeToggle initial={theme} />
          <ViewerMenu />
        </div>
      </div>
      {navigation}
    </header>
  );
}
