import { SoupError } from './errors.js';
import { ExactSum, exactMeans } from './exact-mean.js';
import type { SoupMethod } from './method.js';
import { floatFormats } from './rounding.js';

/**
 * The mean of the members' raw logits: no soup but the baseline that a soup is measured against, as expensive as all its
 * members. Its result is a list of members; `averageLogits` is its prediction.
 */
export const logitEnsemble: SoupMethod<{ readonly method: 'logit-ensemble' }> = {
  title: 'Logit ensemble',
  source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, section 3 (baseline)',
  async cook() {
    return { mixture: null, trace: [], rule: null };
  },
};

/** The mean of logits [rows, classes] over members, correctly rounded to f32: independent of the members' order. */
export function averageLogits(members: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const length = members[0]?.length ?? 0;
  const format = floatFormats.f32;
  if (length === 0 || format === null || members.some((member) => member.length !== length)) {
    throw new SoupError(
      `The members of an ensemble answered ${members.map((member) => member.length).join(', ')} logits.`,
      'Evaluate all members on the same benchmark.',
    );
  }
  const sum = new ExactSum(length);
  for (const member of members) sum.add(member);
  const mean = new Float32Array(length);
  const bad = exactMeans(format, sum, () => members, mean);
  if (bad >= 0) {
    const culprit = members.findIndex((member) => !Number.isFinite(member[bad]));
    throw new SoupError(
      `Member ${culprit} of the ensemble answers with ${members[culprit]?.[bad]} at logit ${bad}.`,
      'Its weights diverged: leave it out.',
    );
  }
  return mean;
}
