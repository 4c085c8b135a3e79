import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { Facts } from '@/components/ui/facts';
import { KindMark } from '@/components/ui/kind-mark';
import { RoleChip } from '@/components/ui/role-chip';
import { SampleSize } from '@/features/scores/sample-size';
import { measureText } from '@/features/soup-analysis/mean-facts';
import type { ComparisonFieldsFragment, ModelKind } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { count, label, percent, probability } from '@/lib/format';
import { routes } from '@/lib/routes';
import { differenceText, toldApart, verdict } from './verdict';

interface Model {
  readonly id: string;
  readonly name: string;
  readonly kind: ModelKind;
}

/** One benchmark: the verdict in a sentence, the four counts, and how the two err. */
export function ComparisonPanel(props: {
  comparison: ComparisonFieldsFragment;
  first: Model;
  second: Model;
  slug: string;
}) {
  const { comparison, first, second, slug } = props;
  const { benchmark } = comparison;
  const facts = [
    { name: 'Difference in points, 95 % interval', value: differenceText(comparison) },
    {
      name: comparison.test === 'MCNEMAR' ? 'McNemar’s exact p' : 'Student’s paired p, by image',
      value: `${probability(comparison.p)}; adjusted ${probability(comparison.adjustedP)}`,
    },
    { name: 'Disagreement', value: `${percent(comparison.disagreement)} %` },
    { name: 'Correlation of errors', value: measureText(comparison.errorCorrelation) },
    { name: 'Agreement beyond chance (κ)', value: measureText(comparison.kappa) },
  ];
  return (
    <Panel
      title={label(benchmark.name)}
      note={verdict(comparison, first.name, second.name)}
      aside={
        <span className="flex items-center gap-2">
          <RoleChip role={benchmark.role} /> <SampleSize benchmark={benchmark} />
        </span>
      }
    >
      <div className="grid gap-x-10 gap-y-5 lg:grid-cols-2">
        <div className="space-y-5">
          <dl className="grid grid-cols-2 gap-4">
            {([first, second] as const).map((model, index) => (
              <div key={model.id} className="min-w-0">
                <dt className="flex min-w-0 items-center gap-2 text-sm text-muted">
                  <KindMark kind={model.kind} />
                  <Link href={routes.model(slug, model)} className="truncate hover:text-accent">
                    {model.name}
                  </Link>
                </dt>
                <dd
                  className={cx(
                    'tabular mt-1 text-xl font-semibold',
                    toldApart(comparison) && comparison.difference > 0 === (index === 0) ? 'text-info' : 'text-ink',
                  )}
                >
                  {percent(index === 0 ? comparison.firstTop1 : comparison.secondTop1)}
                  <span className="ml-0.5 text-sm font-normal text-muted">%</span>
                </dd>
              </div>
            ))}
          </dl>
          <Counts {...props} />
        </div>
        <Facts facts={facts} />
      </div>
    </Panel>
  );
}

/** The table of both, one or none right. What one alone gets right is what the test goes by. */
function Counts({ comparison, first, second }: { comparison: ComparisonFieldsFragment; first: Model; second: Model }) {
  const { both, onlyFirst, onlySecond, neither, versions } = comparison;
  const scored = versions > 1 ? 'scored versions of images' : 'images';
  return (
    <table className="w-full table-fixed border-collapse text-sm">
      <caption className="pb-1.5 text-left text-xs text-muted">Who is right on how many {scored}</caption>
      <thead>
        <tr className="border-b border-line text-xs text-muted">
          <td />
          <th scope="col" className="truncate px-2 py-1.5 text-right font-medium">
            {second.name} right
          </th>
          <th scope="col" className="px-2 py-1.5 text-right font-medium">
            wrong
          </th>
        </tr>
      </thead>
      <tbody>
        <tr className="border-b border-line">
          <th scope="row" className="truncate py-1.5 pr-2 text-left text-xs font-medium text-muted">
            {first.name} right
          </th>
          <td className="tabular px-2 py-1.5 text-right text-muted">{count(both)}</td>
          <td className="tabular px-2 py-1.5 text-right font-semibold">{count(onlyFirst)}</td>
        </tr>
        <tr>
          <th scope="row" className="py-1.5 pr-2 text-left text-xs font-medium text-muted">
            wrong
          </th>
          <td className="tabular px-2 py-1.5 text-right font-semibold">{count(onlySecond)}</td>
          <td className="tabular px-2 py-1.5 text-right text-muted">{count(neither)}</td>
        </tr>
      </tbody>
    </table>
  );
}
