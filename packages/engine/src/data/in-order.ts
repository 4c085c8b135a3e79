/**
 * Works on the numbers 0 … n−1, several at a time, and gives the results in order: what comes out does not depend on how
 * many run at once. The first failure ends it, after those that run beside have settled.
 */
export async function* inOrder<Result>(
  n: number,
  atOnce: number,
  work: (index: number) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<Result>[] = [];
  let next = 0;
  try {
    for (let done = 0; done < n; done++) {
      while (next < n && running.length < atOnce) running.push(work(next++));
      const first = running.shift();
      if (first !== undefined) yield await first;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
