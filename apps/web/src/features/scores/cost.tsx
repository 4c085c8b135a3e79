import type { ScoreFieldsFragment } from '@/gql/graphql';
import { bytes, latency } from '@/lib/format';

/** What an answer costs: networks for one image, its time where it was measured, and the weights to keep at hand. */
export function Cost({ cost }: { cost: ScoreFieldsFragment['cost'] | undefined }) {
  if (!cost) return <span className="text-faint">–</span>;
  const { passes, latencyMs, weightBytes } = cost;
  return (
    <span className="tabular block text-xs whitespace-nowrap text-muted">
      <span className="block text-sm text-ink" title="Forward passes for one image">
        {passes}×
      </span>
      {latencyMs === null ? null : (
        <span
          className="block"
          title="Median time for one image, in batches, on the machine that measured it; for an ensemble the sum of its members’"
        >
          {latency(latencyMs)} / image
        </span>
      )}
      <span className="block" title="Checkpoints that must be at hand">
        {bytes(weightBytes)}
      </span>
    </span>
  );
}
