/** `system` follows the device; the two others are kept in a cookie so that the server renders them. */
export type Theme = 'system' | 'light' | 'dark';

export const THEME_COOKIE = 'stockpot_theme';

export function parseTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}
