import { Card } from '@/components/ui/card';
import { Hash } from '@/components/ui/hash';
import { RoleChip } from '@/components/ui/role-chip';
import type { DataCatalogQuery } from '@/gql/graphql';
import { count, label, plural } from '@/lib/format';

/** The evaluation protocols. */
export function BenchmarkList({ benchmarks }: { benchmarks: DataCatalogQuery['benchmarks'] }) {
  return (
    <section className="space-y-4">
      <h2 className="text-xl font-semibold tracking-tight">Benchmarks</h2>
      {benchmarks.length === 0 ? (
        <p className="text-muted">None yet: they appear when a run has fixed their protocol.</p>
      ) : null}
      <ul className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        {benchmarks.map((benchmark) => (
          <li key={benchmark.id}>
            <Card className="flex h-full flex-col gap-3 p-5">
              <div className="flex items-start justify-between gap-3">
                <div>
                  <h3 className="font-semibold">{label(benchmark.name)}</h3>
                  <p className="text-sm text-muted">
                    {benchmark.split.dataset.name}/{benchmark.split.name}
                  </p>
                </div>
                <RoleChip role={benchmark.role} />
              </div>
              <p className="tabular text-sm">
                n = {count(benchmark.n)}{' '}
                {benchmark.corruptions && benchmark.severities
                  ? `images, each in ${plural(benchmark.corruptions.length, 'corruption')} × ${plural(benchmark.severities.length, 'severity', 'severities')}`
                  : 'clean images'}
              </p>
              {benchmark.corruptions ? (
                <details className="text-sm text-muted">
                  <summary className="link">Which corruptions</summary>
                  <p className="mt-1.5">{benchmark.corruptions.map(label).join(', ')}</p>
                </details>
              ) : null}
              {benchmark.role === 'SELECTION' ? (
                <p className="text-sm text-warn">Used for choosing — never ranks.</p>
              ) : null}
              <div className="mt-auto flex items-center gap-2 text-xs text-muted">
                Protocol {benchmark.protocolName}{' '}
                <Hash value={benchmark.protocolHash} what={`protocol hash of ${benchmark.name}`} />
              </div>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  );
}
