import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
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
      <Table spacing="flush-dense" className="whitespace-nowrap">
        <TableHead>
          <HeadCell>n</HeadCell>
          <HeadCell>Ingredient</HeadCell>
          <HeadCell align="right">Score with it, %</HeadCell>
          <HeadCell align="right">Gain, points</HeadCell>
          <HeadCell align="right">Training</HeadCell>
          <HeadCell align="right">Points an hour</HeadCell>
        </TableHead>
        <tbody>
          {values.map(({ n, ingredient, score, low, high, gain, seconds, gainPerHour }) => (
            <Row key={n}>
              <Cell quiet className="tabular">
                {n}
              </Cell>
              <RowHead className="font-medium">
                <Link href={routes.model(slug, ingredient)} className="hover:text-accent">
                  {ingredient.name}
                </Link>
              </RowHead>
              <Cell number>
                {percent(score)}{' '}
                <span className="text-2xs text-faint">
                  {percent(low, 1)}–{percent(high, 1)}
                </span>
              </Cell>
              <Cell number>{gain == null ? 'first' : points(gain)}</Cell>
              <Cell number quiet>
                {seconds == null ? 'not measured' : duration(1000 * seconds)}
              </Cell>
              <Cell number quiet>
                {gainPerHour == null ? '–' : quantity(100 * gainPerHour, 3)}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
