import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { RoleChip } from '@/components/ui/role-chip';
import { SampleSize } from '@/features/scores/sample-size';
import type { SeedGroupFieldsFragment } from '@/gql/graphql';
import { count, label, percent, plural } from '@/lib/format';
import { routes } from '@/lib/routes';

/** Trainings that differ in the seed alone: how much the seed matters. */
export function SeedsPanel({ slug, group }: { slug: string; group: SeedGroupFieldsFragment }) {
  return (
    <Panel
      title="Over seeds"
      note={`${plural(group.models.length, 'training')} that differ in the seed alone. The interval (Student’s t, 95 %) is over seeds, not over images, and takes three of them.`}
    >
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            <th scope="col" className="py-2 pr-3 font-medium">
              Benchmark
            </th>
            <th scope="col" className="px-3 py-2 text-right font-medium">
              Seeds
            </th>
            <th scope="col" className="px-3 py-2 text-right font-medium">
              Mean, %
            </th>
            <th
              scope="col"
              className="py-2 pl-3 text-right font-medium"
              title="Standard deviation over seeds, in points"
            >
              Deviation
            </th>
          </tr>
        </thead>
        <tbody>
          {group.scores.map(({ benchmark, n, mean, sd, low, high, spent }) => (
            <tr key={benchmark.id} className="border-b border-line align-top last:border-0">
              <th scope="row" className="py-2 pr-3 font-normal">
                <span className="block font-medium">{label(benchmark.name)}</span>
                <span className="flex flex-wrap items-center gap-1.5 text-muted">
                  <RoleChip role={benchmark.role} /> <SampleSize benchmark={benchmark} />
                  {spent ? <span className="text-2xs text-warn">spent</span> : null}
                </span>
              </th>
              <td className="tabular px-3 py-2 text-right text-muted">{count(n)}</td>
              <td className="tabular px-3 py-2 text-right">
                <span className="block font-medium">{percent(mean)}</span>
                <span className="block text-2xs whitespace-nowrap text-faint">
                  {low == null || high == null ? 'no interval' : `${percent(low)}–${percent(high)}`}
                </span>
              </td>
              <td className="tabular py-2 pl-3 text-right text-muted">{sd == null ? '–' : percent(sd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted">
        {group.models.map((model) => (
          <Link key={model.id} href={routes.model(slug, model)} className="link">
            {model.name}
          </Link>
        ))}
      </p>
    </Panel>
  );
}
