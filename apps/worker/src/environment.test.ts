import { describe, expect, it } from 'vitest';
import { EnvironmentError, readEnvironment } from './environment.js';

const needed = {
  DATABASE_URL: 'postgres://a:b@localhost:5432/c',
  STOCKPOT_BLOBS: 'blobs',
  STOCKPOT_SCRATCH: 'scratch',
};

describe("the worker's environment", () => {
  it('runs networks on the processor with no limit of memory, when it says nothing', () => {
    expect(readEnvironment(needed)).toMatchObject({ device: 'cpu', memoryLimitBytes: undefined });
  });

  it('names a device and the memory of one step', () => {
    const given = { ...needed, STOCKPOT_DEVICE: 'auto', STOCKPOT_MEMORY_MB: '2048' };
    expect(readEnvironment(given)).toMatchObject({ device: 'auto', memoryLimitBytes: 2 ** 31 });
  });

  it('refuses a device that there is not, by the name of the variable', () => {
    const wrong = () => readEnvironment({ ...needed, STOCKPOT_DEVICE: 'tpu' });
    expect(wrong).toThrow(EnvironmentError);
    expect(wrong).toThrow(/STOCKPOT_DEVICE: .*"cpu"\|"webgpu"\|"cuda"\|"auto"/);
  });
});
