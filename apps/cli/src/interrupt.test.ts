import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { folder, removeFolders } from './cli.fixture.js';

afterAll(removeFolders);

const listed = (place: string) => readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();

/** A program that writes without end, and begins to stop when it is asked to, but never gets there. */
const program = (output: string) => `
  import { writeFile } from 'node:fs/promises';
  import { setTimeout } from 'node:timers/promises';
  import { join } from 'node:path';
  import { writeWholeFolder } from '@stockpot/engine/artifacts';
  import { onInterrupt } from ${JSON.stringify(fileURLToPath(new URL('./interrupt.ts', import.meta.url)))};
  const { signal } = onInterrupt(() => console.log('stopping'));
  await writeWholeFolder(${JSON.stringify(output)}, async (place) => {
    await writeFile(join(place, 'half'), 'half');
    console.log('writing');
    while (true) await setTimeout(10);
  });
`;

test.each(['new', 'there'])(
  'told twice to stop, a command leaves nothing of what it wrote (into a folder that is %s)',
  async (which) => {
    const place = folder();
    const output = join(place, 'made');
    if (which === 'there') {
      mkdirSync(output);
      writeFileSync(join(output, 'mine'), '');
    }
    const before = listed(place);
    const child = spawn(
      process.execPath,
      [
        '--conditions=stockpot-source',
        '--import',
        import.meta.resolve('tsx'),
        '--input-type=module',
        '--eval',
        program(output),
      ],
      { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let written: readonly string[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('writing')) {
        written = listed(place);
        child.kill('SIGINT');
      }
      if (chunk.includes('stopping')) child.kill('SIGINT');
    });
    const [code, signal] = await once(child, 'close');
    expect([code, signal]).toEqual([null, 'SIGINT']);
    expect(written.length).toBe(before.length + 2);
    expect(listed(place)).toEqual(before);
    expect(existsSync(output)).toBe(which === 'there');
  },
);
