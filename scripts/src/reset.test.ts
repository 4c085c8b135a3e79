import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeAt, openHome } from './home.js';
import { Lock } from './lock.js';
import { removeData } from './reset.js';

function newHome() {
  const home = openHome(join(mkdtempSync(join(tmpdir(), 'stockpot reset ')), 'data'));
  mkdirSync(join(home.blobs, 'sha256'));
  writeFileSync(join(home.root, 'ports.json'), '{}');
  return home;
}

describe('npm run reset', () => {
  it('removes the data root', async () => {
    const home = newHome();
    await removeData(home, true);
    expect(existsSync(home.root)).toBe(false);
  });

  it('has nothing to do where there is nothing', async () => {
    await expect(removeData(homeAt('/nowhere/at all'), false)).resolves.toBeUndefined();
  });

  it('refuses while Stockpot runs there', async () => {
    const home = newHome();
    const lock = Lock.acquire(home.run);
    await expect(removeData(home, true)).rejects.toThrow(
      `Stockpot is running on ${home.root} (process ${process.pid}).`,
    );
    expect(existsSync(home.blobs)).toBe(true);
    if (lock instanceof Lock) lock.release();
    await removeData(home, true);
    expect(existsSync(home.root)).toBe(false);
  });

  it('refuses when there is nobody to ask and nobody said yes', async () => {
    const home = newHome();
    await expect(removeData(home, false)).rejects.toMatchObject({ advice: expect.stringContaining('-- --yes') });
    expect(existsSync(home.blobs)).toBe(true);
  });

  it('refuses a folder that holds things of somebody else', async () => {
    const home = newHome();
    writeFileSync(join(home.root, 'thesis.tex'), 'years of work');
    await expect(removeData(home, true)).rejects.toThrow("holds things that are not Stockpot's: thesis.tex");
    expect(existsSync(join(home.root, 'thesis.tex'))).toBe(true);
  });
});
