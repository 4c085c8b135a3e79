import { TriangleAlert } from 'lucide-react';
import type { ScoreFieldsFragment } from '@/gql/graphql';
import { bytes, count, latency } from '@/lib/format';
import { countInShort, exampleWord, machineInWords, timeInWords } from './cost-words';

type AnswerCost = NonNullable<ScoreFieldsFragment['cost']>;

/** What answers of a model cost, by any of its evaluations: it is a matter of its networks and the same in each. */
export function costOf(evaluations: readonly { readonly cost?: AnswerCost | null }[]): AnswerCost | undefined {
  return evaluations.find(({ cost }) => cost)?.cost ?? undefined;
}

/** What an answer costs: networks for one image, its time where it was measured, its work, and the weights to keep at hand. */
export function Cost({ cost }: { cost: AnswerCost | undefined }) {
  if (!cost) return <span className="text-faint">–</span>;
  const { passes, weightBytes, measured } = cost;
  const unit = measured ? exampleWord(measured) : 'image';
  const most = measured?.times.findLast(({ memoryBytes }) => memoryBytes !== null);
  return (
    <span className="tabular block text-xs whitespace-nowrap text-muted">
      <span className="block text-sm text-ink" title={`Forward passes for one ${unit}`}>
        {passes}×
      </span>
      {measured?.times.map((time) => (
        <span
          key={time.batch}
          className="block"
          title={`${timeInWords(time, unit)} ${machineInWords(measured.machine)}`}
        >
          {latency(time.medianMs)} / {time.batch === 1 ? unit : count(time.batch)}
          {time.alone === false ? (
            <TriangleAlert aria-label="not alone: others computed meanwhile" className="ml-1 inline size-3 text-warn" />
          ) : null}
        </span>
      ))}
      {measured ? (
        <span
          className="block"
          title={`Multiplications, each with its addition, of matrix products and convolutions for one ${unit}`}
        >
          {countInShort(measured.multiplyAdds)} MACs
        </span>
      ) : null}
      {most?.memoryBytes ? (
        <span className="block" title={timeInWords(most, unit)}>
          {bytes(most.memoryBytes)} memory
        </span>
      ) : null}
      <span
        className="block"
        title={`Checkpoints that must be at hand${measured ? `: ${count(measured.parameters)} parameters` : ''}`}
      >
        {bytes(weightBytes)} weights
      </span>
    </span>
  );
}
