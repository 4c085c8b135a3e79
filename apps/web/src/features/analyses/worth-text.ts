import type { WorthMetric } from '@/gql/graphql';
import { percent, points } from '@/lib/format';
import { nats, signedNats } from './nats-text';

/** Worth as a reader expects it: a score in per cent, or a loss in nats, whose sign the metric turns. */
export function worthText(metric: WorthMetric, worth: number): string {
  return metric === 'ACCURACY' ? `${percent(worth)} %` : `loss ${nats(-worth)}`;
}

/** A difference of worths: in points, or in nats. Above 0 is better by both. */
export function gainText(metric: WorthMetric, gain: number): string {
  return metric === 'ACCURACY' ? points(gain) : signedNats(gain);
}

/** What gains are counted in. */
export function gainUnit(metric: WorthMetric): string {
  return metric === 'ACCURACY' ? 'points' : 'nats of loss less';
}
