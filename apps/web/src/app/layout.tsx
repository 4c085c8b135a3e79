import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import { connection } from 'next/server';
import type { ReactNode } from 'react';
import { ApiProvider } from '@/data/api-provider';
import { parseTheme, THEME_COOKIE } from '@/features/shell/theme';
import { browserApiUrl } from '@/lib/api-address';

export const metadata: Metadata = {
  title: { default: 'Stockpot', template: '%s · Stockpot' },
  description: 'The open research platform for model soups.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf8f5' },
    { media: '(prefers-color-scheme: dark)', color: '#141210' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is rendered when it is asked for: it carries a nonce, the theme and the API's address.
  await connection();
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme}>
      <body className="min-h-dvh">
        <ApiProvider url={browserApiUrl()}>{children}</ApiProvider>
      </body>
    </html>
  );
}
