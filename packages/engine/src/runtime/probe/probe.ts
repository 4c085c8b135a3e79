import { once } from 'node:events';
import { forkModule } from '../../fork-module.js';
import type { ProbeReport } from './report.js';

/** A driver that hangs is no driver. */
const TIME_LIMIT_MS = 60_000;

const known = new Map<string, Promise<ProbeReport>>();

/** What happens when a process uses `device`; found out once and then remembered, for drivers do not come and go. */
export function probe(device: 'webgpu' | 'cuda'): Promise<ProbeReport> {
  // Another driver may have been named in between: tests do.
  const key = `${device} ${process.env.VK_ICD_FILENAMES ?? ''} ${process.env.VK_DRIVER_FILES ?? ''}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const report = run(device);
  known.set(key, report);
  return report;
}

async function run(device: string): Promise<ProbeReport> {
  const child = forkModule(import.meta.url, './child', [device]);
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  let report: ProbeReport | undefined;
  child.once('message', (message: ProbeReport) => {
    report = message;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (report !== undefined) return report;
  const how = signal === null ? `exit code ${code}` : `the signal ${signal}`;
  return { usable: false, said: `the process that tried it ended with ${how}. ${words.trim().slice(-500)}` };
}
