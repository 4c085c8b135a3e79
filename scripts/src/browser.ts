import { spawn } from 'node:child_process';

/** Opens the dashboard for a person at a desktop; `STOCKPOT_OPEN=0` keeps it closed. Never fails. */
export function openBrowser(url: string, environment: NodeJS.ProcessEnv = process.env): void {
  if (environment.STOCKPOT_OPEN === '0' || environment.CI || environment.SSH_CONNECTION) return;
  const desktop = environment.DISPLAY || environment.WAYLAND_DISPLAY;
  const command = process.platform === 'darwin' ? 'open' : desktop ? 'xdg-open' : undefined;
  if (command === undefined) return;
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.once('error', () => {});
  child.unref();
}
