import type { ReactNode } from 'react';

/** The content of a page, below the header. */
export function Main({ children }: { children: ReactNode }) {
  return (
    <main id="content" className="mx-auto w-full max-w-7xl space-y-6 px-4 py-6 sm:px-6 sm:py-8">
      {children}
    </main>
  );
}
