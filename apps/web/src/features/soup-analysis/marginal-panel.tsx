import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import type { SoupAnalysisQuery } from '@/gql/graphql';
import { duration, percent, points, quantity } from '@/lib/format';
import { routes } from '@/lib/routes';

type Values = NonNullable<SoupAnalysisQuery['soup']>['marginal'];

/** What the n-th ingredient added, and what its training cost. */
export function MarginalPanel({ slug, values }: { slug: string; values: Values }) {
  return (
    <Panel
      title="What each ingredient added"
      note="In the order in which the search took them, on the selection split: these scores chose the order, so a gain is what the search saw."
      flush
    >
      <div className="overflow-x-auto">
        <table className="w-full text-left text-sm whitespace-nowrap">
          <thead>
            <tr className="border-b border-line text-xs text-muted">
              <th scope="col" className="px-4 py-2 font-medium sm:px-5">
                n
              </th>
              <th scope="col" className="px-4 py-2 font-medium">
                Ingredient
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                Score with it, %
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                Gain, points
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                Training
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium sm:pr-5">
                Points an hour
              </th>
            </tr>
          </thead>
          <tbody>
            {values.map(({ n, ingredient, score, low, high, gain, seconds, gainPerHour }) => (
              <tr key={n} className="border-b border-line last:border-0">
                <td className="tabular px-4 py-2 text-muted sm:px-5">{n}</td>
                <th scope="row" className="px-4 py-2 font-medium">
                  <Link href={routes.model(slug, ingredient)} className="hover:text-accent">
                    {ingredient.name}
                  </Link>
                </th>
                <td className="tabular px-4 py-2 text-right">
                  {percent(score)}{' '}
                  <span className="text-2xs text-faint">
                    {percent(low, 1)}–{percent(high, 1)}
                  </span>
                </td>
                <td className="tabular px-4 py-2 text-right">{gain == null ? 'first' : points(gain)}</td>
                <td className="tabular px-4 py-2 text-right text-muted">
                  {seconds == null ? 'not measured' : duration(1000 * seconds)}
                </td>
                <td className="tabular px-4 py-2 text-right text-muted sm:pr-5">
                  {gainPerHour == null ? '–' : quantity(100 * gainPerHour, 3)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
