import { type Browser, chromium, type Page } from 'playwright-core';

/** Where the tests' Chromium is, or why there is none. `npm test` finds or installs it; alone, the usual places are tried. */
export const browserPath =
  process.env.STOCKPOT_BROWSER ?? (process.env.STOCKPOT_NO_BROWSER ? undefined : '/usr/bin/chromium');
export const whyNoBrowser = process.env.STOCKPOT_NO_BROWSER ?? 'no browser';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(browserPath === undefined ? {} : { executablePath: browserPath }),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

export interface Watch {
  /** Requests that left this machine. */
  readonly foreign: string[];
  /** Errors of the page and of its console. */
  readonly errors: string[];
}

/** Notes what a page should never do: load from elsewhere, or complain. */
export function watch(page: Page): Watch {
  const seen: Watch = { foreign: [], errors: [] };
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(http|ws)s?:$/.test(protocol) && hostname !== '127.0.0.1' && hostname !== 'localhost')
      seen.foreign.push(request.url());
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  return seen;
}

/** How far the page's content is wider than the window, in pixels: 0 when nothing has to be scrolled sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
}
