import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CrashCount } from './crash-count.js';

const scratch = () => join(mkdtempSync(join(tmpdir(), 'stockpot ')), 'key');

describe('counting the crashes of a step', () => {
  it('counts beginnings that never ended', async () => {
    const folder = scratch();
    // Each begins as a new worker would: nothing is kept in memory.
    expect(await new CrashCount(folder).begin()).toBe(1);
    expect(await new CrashCount(folder).begin()).toBe(2);
    expect(await new CrashCount(folder).begin()).toBe(3);
  });

  it('starts from one again when the step came further meanwhile', async () => {
    const folder = scratch();
    await new CrashCount(folder).begin();
    await new CrashCount(folder).begin();
    writeFileSync(join(folder, 'checkpoint.safetensors'), 'step 500');
    expect(await new CrashCount(folder).begin()).toBe(1);
    expect(await new CrashCount(folder).begin()).toBe(2);
  });

  it('forgets beginnings that ended in order', async () => {
    const folder = scratch();
    for (let i = 0; i < 5; i += 1) {
      const count = new CrashCount(folder);
      expect(await count.begin()).toBe(1);
      await count.end();
    }
  });
});
