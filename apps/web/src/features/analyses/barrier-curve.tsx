'use client';

import { useMemo } from 'react';
import { HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { percent } from '@/lib/format';
import type { ContentOf, Subjects } from './content';
import { CurveChart } from './curve-chart';
import { ExcessCells } from './excess-cells';
import { nats } from './nats-text';

type Curve = ContentOf<'BarrierCurve'>;

const perCent = (value: number) => percent(value, 1);

/** Loss and error along the line between two models, each with the straight line that it is held against. */
export function BarrierCurve({ content, subjects }: { content: Curve; subjects: Subjects }) {
  const { lambda, losses, errors, lossExcess, errorExcess, lossBarrier, errorBarrier } = content;
  const [first, second] = [subjects[0]?.name ?? 'the first', subjects[1]?.name ?? 'the second'];
  const lossCurves = useMemo(() => againstLine('loss', losses, lossExcess), [losses, lossExcess]);
  const errorCurves = useMemo(() => againstLine('error', errors, errorExcess), [errors, errorExcess]);
  const titleAt = useMemo(() => (at: number) => `λ = ${at.toFixed(2)}`, []);
  const axis = `λ: ${first} at 0, ${second} at 1`;
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-sm">
        {lossBarrier.interior >= 0
          ? `Loss barrier ${nats(lossBarrier.height)} nats at λ = ${lossBarrier.at.toFixed(2)}.`
          : `No loss barrier on this grid: every mixture between the two beats the line, ${atLeast(-lossBarrier.interior)}.`}{' '}
        {errorBarrier.height > 0
          ? `Error barrier ${percent(errorBarrier.height)} points at λ = ${errorBarrier.at.toFixed(2)}.`
          : 'No error barrier on this grid.'}
      </p>
      <div className="grid gap-6 md:grid-cols-2">
        <CurveChart
          title="Loss, nats"
          legend="dashed: the straight line between the two"
          label={`Loss along the line from ${first} to ${second}. The table below has the numbers.`}
          x={lambda}
          xName={axis}
          curves={lossCurves}
          text={nats}
          titleAt={titleAt}
        />
        <CurveChart
          title="Error, %"
          legend="dashed: the straight line between the two"
          label={`Error along the line from ${first} to ${second}. The table below has the numbers.`}
          x={lambda}
          xName={axis}
          curves={errorCurves}
          text={perCent}
          titleAt={titleAt}
        />
      </div>
      <Table
        spacing="inset-dense"
        frame="max-h-[27rem] overflow-auto"
        label={`Loss and error at each point from ${first} to ${second}`}
      >
        <TableHead>
          <HeadCell>λ</HeadCell>
          <HeadCell align="right">Loss</HeadCell>
          <HeadCell align="right">Above the line</HeadCell>
          <HeadCell align="right">Error, %</HeadCell>
          <HeadCell align="right">Above, points</HeadCell>
        </TableHead>
        <tbody>
          {lambda.map((at, place) => (
            <Row key={at}>
              <RowHead className="tabular">{at.toFixed(2)}</RowHead>
              <ExcessCells of={content} place={place} />
            </Row>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

/** "by at least 0.180 nats", also where that is next to nothing. */
function atLeast(size: number): string {
  return Number(nats(size)) === 0 ? 'at the closest by less than 0.001 nats' : `by at least ${nats(size)} nats`;
}

function againstLine(name: string, values: readonly number[], excess: readonly number[]) {
  return [
    { name: 'straight line', values: values.map((value, place) => value - (excess[place] ?? 0)), quiet: true },
    { name, values },
  ];
}
