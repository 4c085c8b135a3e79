import { count, duration, quantity } from '@/lib/format';
import type { Step } from './types';

type Progress = NonNullable<Step['progress']>;

/** "62 %" */
export function progressText({ done, total }: Progress): string {
  return total > 0 ? `${Math.floor((done / total) * 100)} %` : count(done);
}

/** "1,240 of 2,000 images, 310 images/s, 2.5 s left" */
export function progressSentence({ done, total, unit, rate }: Progress): string {
  const parts = [`${count(done)} of ${count(total)} ${unit}`];
  if (rate && rate > 0) {
    parts.push(`${quantity(rate, 3)} ${unit}/s`);
    if (total > done) parts.push(`${duration(((total - done) / rate) * 1000)} left`);
  }
  return parts.join(', ');
}
