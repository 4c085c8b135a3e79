import { cx } from '@/lib/cx';
import { count } from '@/lib/format';

interface Sampled {
  readonly n: number;
  readonly corruptions?: readonly string[] | null;
  readonly severities?: readonly number[] | null;
}

/**
 * On how many images a number was taken. Of a corruption benchmark each image is scored in many versions, but it is the
 * images that are independent: they are the n of the interval. `bare` under a heading that says n already.
 */
export function SampleSize({ benchmark, bare = false }: { benchmark: Sampled; bare?: boolean }) {
  const versions = (benchmark.corruptions?.length ?? 0) * (benchmark.severities?.length ?? 0);
  return (
    <span
      className={cx('tabular whitespace-nowrap', !bare && 'text-2xs')}
      title={
        versions > 0
          ? `${count(benchmark.n)} images, each in ${versions} corrupted versions; the interval counts images`
          : `${count(benchmark.n)} images`
      }
    >
      {bare ? '' : 'n = '}
      {count(benchmark.n)}
      {versions > 0 ? ` × ${versions}` : ''}
    </span>
  );
}
