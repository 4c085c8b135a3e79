import { describe, expect, test } from 'vitest';
import { fidelityTopics } from './rows.fixture.js';

describe.each(Object.entries(fidelityTopics))('%s', (_, rows) => {
  test.each(rows.map((row) => [`${row.subject}: ${row.quantity}`, row] as const))('%s', async (_name, row) => {
    expect(await row.measure()).toBeLessThanOrEqual(row.bound);
  });
});
