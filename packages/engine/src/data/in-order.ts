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
      while (next < n && running.length < atOnce) {
        const begun = work(next++);
        // One that fails before its turn is no unhandled rejection: its turn comes, or another failure ends the work.
        begun.catch(() => undefined);
        running.push(begun);
      }
      const first = running.shift();
      if (first !== undefined) yield await first;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
