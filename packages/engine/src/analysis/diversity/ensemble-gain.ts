import { AnalysisError } from '../errors.js';

/**
 * By how much the logit ensemble beats the mean of its members in log-likelihood, in nats, without looking at a label:
 *
 *     mean_i NLL(f_i) − NLL(mean_i f_i) = mean over examples of [ mean_i lse(f_i) − lse(mean_i f_i) ] ≥ 0,
 *
 * because the label's logit enters NLL linearly and cancels. Exact for the ensemble (log-sum-exp is convex); 0 when the members
 * differ by nothing that softmax sees. Raw logits are averaged, as the paper's ensemble does.
 *
 * @param members logits [n, classes] of each member on the same examples, finite
 */
export function ensembleGain(members: readonly ArrayLike<number>[], classes: number): number {
  const length = members[0]?.length ?? 0;
  const n = length / classes;
  if (length === 0 || !Number.isInteger(n) || members.some((member) => member.length !== length)) {
    throw new AnalysisError(
      `Members answered ${members.map((member) => member.length).join(', ')} logits of ${classes} classes.`,
      'Ask all members about the same examples, at least one.',
    );
  }
  let gain = 0;
  const row = new Float64Array(classes);
  for (let example = 0; example < n; example++) {
    const start = example * classes;
    const mean = new Float64Array(classes);
    let own = 0;
    for (const member of members) {
      for (let c = 0; c < classes; c++) {
        row[c] = member[start + c] ?? 0;
        mean[c] = (mean[c] ?? 0) + (row[c] ?? 0) / members.length;
      }
      own += logSumExp(row) / members.length;
    }
    gain += (own - logSumExp(mean)) / n;
  }
  return Math.max(0, gain);
}

function logSumExp(values: Float64Array): number {
  const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
