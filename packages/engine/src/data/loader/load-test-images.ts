import type { Dataset } from '../dataset.js';
import { chunksOf, type TestImages, type TestPlan, testImages } from '../test-images.js';
import { moduleBeside } from './module-beside.js';
import type { Place } from './place.js';
import { Pool } from './pool.js';
import type { TestWorkParameters } from './test-work.js';
import { threadsThatPay } from './threads-that-pay.js';

export interface LoadTestOptions extends Place {
  readonly plan: TestPlan;
  readonly dataset: Dataset;
  /** 0 makes each chunk when it is asked for; left out, what pays (`threadsThatPay`). */
  readonly threads?: number;
}

/** Images of a split for a test, made ahead in threads where that pays. */
export function loadTestImages({ dataset, plan, threads, ...place }: LoadTestOptions): TestImages {
  const split = dataset.split(place.split);
  const count = threads ?? threadsThatPay(plan, split);
  if (count === 0) return testImages(split, plan);
  const n = plan.positions?.length ?? split.n;
  const { chunks } = chunksOf(n, plan);
  const parameters: TestWorkParameters = { plan, ...place };
  const work = { module: moduleBeside('test-work'), parameters };
  // One chunk ahead for each thread: chunks are large.
  const pool = new Pool<Float32Array<ArrayBuffer>>(work, {
    threads: Math.min(count, chunks),
    ahead: count,
    count: chunks,
  });
  return { n, chunks, chunk: (index) => pool.get(index), [Symbol.asyncDispose]: () => pool.dispose() };
}
