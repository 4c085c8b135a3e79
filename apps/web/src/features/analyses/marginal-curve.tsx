'use client';

import { useMemo } from 'react';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import type { WorthMetric } from '@/gql/graphql';
import { percent, plural, quantity } from '@/lib/format';
import type { ContentOf } from './content';
import { CurveChart } from './curve-chart';
import { nats } from './nats-text';
import { gainText, gainUnit, worthText } from './worth-text';

/** What the n-th ingredient is worth: the curve with its interval, and what it costs. */
export function MarginalCurve({ content }: { content: ContentOf<'MarginalCurve'> }) {
  const { metric, baseline, orders, confidence, costUnit, worth, worthLow, worthHigh, gain, gainLow, gainHigh, cost } =
    content;
  const counts = useMemo(() => worth.map((_, place) => place + 1), [worth]);
  const curves = useMemo(
    () => [
      { name: 'lower end', values: drawn(metric, metric === 'ACCURACY' ? worthLow : worthHigh), quiet: true },
      { name: 'upper end', values: drawn(metric, metric === 'ACCURACY' ? worthHigh : worthLow), quiet: true },
      { name: 'mean', values: drawn(metric, worth) },
    ],
    [metric, worth, worthLow, worthHigh],
  );
  const text = useMemo(() => (value: number) => (metric === 'ACCURACY' ? percent(value, 1) : nats(value)), [metric]);
  const titleAt = useMemo(() => (n: number) => plural(n, 'ingredient'), []);
  return (
    <div className="space-y-5">
      <div className="max-w-2xl">
        <CurveChart
          title={metric === 'ACCURACY' ? 'Score of n drawn at random, %' : 'Loss of n drawn at random, nats'}
          legend={`dashed: ${percent(confidence ?? 0, 0)} % interval over ${orders} random orders`}
          label="Mean worth of the uniform soup of n ingredients. The table below has the numbers."
          x={counts}
          xName="ingredients"
          curves={curves}
          text={text}
          titleAt={titleAt}
          whole
        />
      </div>
      <Table spacing="inset-dense" label="Worth and gain by number of ingredients">
        <TableHead className="whitespace-nowrap">
          <HeadCell>n</HeadCell>
          <HeadCell align="right">Worth</HeadCell>
          <HeadCell align="right">Gain, {gainUnit(metric)}</HeadCell>
          <HeadCell align="right">Cost, {costUnit}</HeadCell>
        </TableHead>
        <tbody>
          {worth.map((value, place) => (
            <Row key={counts[place]}>
              <RowHead className="tabular">{place + 1}</RowHead>
              <Cell number className="whitespace-nowrap">
                {worthText(metric, value)}
              </Cell>
              <Cell number className="whitespace-nowrap">
                {gainText(metric, gain[place] ?? 0)}
                <span className="block text-2xs text-faint">
                  {gainText(metric, gainLow[place] ?? 0)} to {gainText(metric, gainHigh[place] ?? 0)}
                </span>
              </Cell>
              <Cell number quiet>
                {quantity(cost[place] ?? 0, 4)}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      <p className="text-xs text-muted">
        The first ingredient gains on {worthText(metric, baseline.worth)} ({baseline.name}).
      </p>
    </div>
  );
}

/** Worth by a loss is minus the loss: the loss itself is drawn. */
function drawn(metric: WorthMetric, worth: readonly number[]): readonly number[] {
  return metric === 'ACCURACY' ? worth : worth.map((value) => -value);
}
