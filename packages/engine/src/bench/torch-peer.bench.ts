/** @file PyTorch in a process of its own, one step at a time on request (test/oracles/performance/peer.py). */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Size } from './vision-step.bench.js';

const PROGRAM = new URL('../../../../test/oracles/performance/peer.py', import.meta.url).pathname;

export interface TorchPeer {
  readonly version: string;
  /** Runs one step or one inference and returns what it took, in ms. */
  run(what: 'train' | 'infer'): Promise<number>;
  /** Ends the process; returns its peak of resident memory in MB. */
  end(): Promise<number>;
}

/** @param python an interpreter that has PyTorch */
export async function torchPeer(python: string, size: Size, batch: number, threads: number): Promise<TorchPeer> {
  // PyTorch as it comes: the allocator's settings are Stockpot's own.
  const { GLIBC_TUNABLES: _, ...environment } = process.env;
  const child: ChildProcessWithoutNullStreams = spawn(python, [PROGRAM, size, String(batch), String(threads)], {
    // Idle threads must not spin while the other side is measured.
    env: { ...environment, OMP_WAIT_POLICY: 'PASSIVE' },
  });
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${python} ended before it answered; is PyTorch installed there?`);
    return line.value;
  };
  const ask = async (what: string): Promise<string> => {
    child.stdin.write(`${what}\n`);
    return answer();
  };
  const version = await answer();
  return {
    version,
    run: async (what) => Number(await ask(what)),
    end: async () => Number(await ask('end')),
  };
}
