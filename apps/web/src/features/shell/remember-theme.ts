'use server';

import { cookies } from 'next/headers';
import { parseTheme, THEME_COOKIE } from './theme';

/** Keeps the reader's choice for a year; the next page is rendered with it. Called by the browser: any text may arrive. */
export async function rememberTheme(choice: string): Promise<void> {
  const jar = await cookies();
  const theme = parseTheme(choice);
  if (theme === 'system') jar.delete(THEME_COOKIE);
  else jar.set(THEME_COOKIE, theme, { path: '/', maxAge: 31_536_000, sameSite: 'lax', httpOnly: true });
}
