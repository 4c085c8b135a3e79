import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { percent } from '@/lib/format';
import type { ContentOf, Subjects } from './content';
import { ExcessCells } from './excess-cells';
import { extentOf, shadeOf } from './heat-table';
import { nats, signedNats } from './nats-text';

type Grid = ContentOf<'TernaryGrid'>;

const WIDTH = 320;
const HEIGHT = (WIDTH * Math.sqrt(3)) / 2;
const MARGIN = 34;

/** The mixtures of three models on their triangle: loss, and what of it exceeds the plane through the corners. */
export function TernaryGrid({ content, subjects }: { content: Grid; subjects: Subjects }) {
  const { shares, losses, errors, lossExcess, lowestLoss, lowestError } = content;
  const low = Math.min(...losses);
  const span = Math.max(...losses) - low || 1;
  const extent = extentOf(lossExcess);
  const middle = (value: number) => (2 * (value - low)) / span - 1;
  const mixture = (place: number) => mixtureText(subjects, shares[place] ?? []);
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-sm">
        Lowest loss {nats(losses[lowestLoss] ?? 0)} at {mixture(lowestLoss)}; lowest error{' '}
        {percent(errors[lowestError] ?? 0)} % at {mixture(lowestError)}.
      </p>
      <div className="grid gap-6 md:grid-cols-2">
        <Triangle
          title={`Loss, nats: blue ${nats(low)}, red ${nats(low + span)}`}
          content={content}
          subjects={subjects}
          marked={lowestLoss}
          shade={(place) => middle(losses[place] ?? 0)}
          text={(place) => `loss ${nats(losses[place] ?? 0)}, error ${percent(errors[place] ?? 0)} %`}
        />
        <Triangle
          title={`Loss less the plane of the corners: blue ${signedNats(-extent)}, red ${signedNats(extent)}`}
          content={content}
          subjects={subjects}
          marked={null}
          shade={(place) => (lossExcess[place] ?? 0) / extent}
          text={(place) => `${signedNats(lossExcess[place] ?? 0)} nats from the plane`}
        />
      </div>
      <details>
        <summary className="text-sm font-medium">All {shares.length} mixtures as a table</summary>
        <Table
          spacing="inset-dense"
          frame="mt-2 max-h-96 overflow-auto"
          label={`Loss and error of mixtures of ${subjects.map(({ name }) => name).join(', ')}`}
        >
          <TableHead className="whitespace-nowrap">
            {subjects.map(({ name }) => (
              <HeadCell key={name} align="right">
                {name}, %
              </HeadCell>
            ))}
            <HeadCell align="right">Loss</HeadCell>
            <HeadCell align="right">To the plane</HeadCell>
            <HeadCell align="right">Error, %</HeadCell>
            <HeadCell align="right">To the plane, points</HeadCell>
          </TableHead>
          <tbody>
            {shares.map((at, place) => (
              <Row key={at.join(' ')}>
                <RowHead className="tabular text-right">{percent(at[0] ?? 0, 1)}</RowHead>
                <Cell number>{percent(at[1] ?? 0, 1)}</Cell>
                <Cell number>{percent(at[2] ?? 0, 1)}</Cell>
                <ExcessCells of={content} place={place} />
              </Row>
            ))}
          </tbody>
        </Table>
      </details>
    </div>
  );
}

function Triangle(props: {
  title: string;
  content: Grid;
  subjects: Subjects;
  marked: number | null;
  shade: (place: number) => number;
  text: (place: number) => string;
}) {
  const { title, content, subjects, marked, shade, text } = props;
  const { shares, divisions } = content;
  // Neighbours of the lattice are a side over its divisions apart: dots that nearly touch.
  const radius = (WIDTH / divisions) * 0.46;
  const [top, left, right] = subjects;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-sm font-medium">{title}</figcaption>
      <svg
        role="img"
        aria-label={`${title}, on the triangle of ${subjects.map(({ name }) => name).join(', ')}. The table below has the numbers.`}
        viewBox={`${-MARGIN} ${-MARGIN} ${WIDTH + 2 * MARGIN} ${HEIGHT + 2 * MARGIN}`}
        className="mx-auto block w-full max-w-sm"
      >
        <path
          d={`M${WIDTH / 2} 0L0 ${HEIGHT}L${WIDTH} ${HEIGHT}Z`}
          fill="none"
          className="stroke-line-strong"
          strokeWidth={1}
        />
        {shares.map((at, place) => {
          const [x, y] = placeOf(at);
          return (
            <circle
              key={at.join(' ')}
              cx={x}
              cy={y}
              r={radius}
              style={{ fill: shadeOf(shade(place)) }}
              className={place === marked ? 'stroke-ink' : 'stroke-line-strong'}
              strokeWidth={place === marked ? 2.5 : 0.5}
            >
              <title>{`${mixtureText(subjects, at)}: ${text(place)}`}</title>
            </circle>
          );
        })}
        <g className="fill-ink text-xs">
          <text x={WIDTH / 2} y={-radius - 6} textAnchor="middle">
            {top?.name}
          </text>
          <text x={-radius} y={HEIGHT + radius + 14} textAnchor="start">
            {left?.name}
          </text>
          <text x={WIDTH + radius} y={HEIGHT + radius + 14} textAnchor="end">
            {right?.name}
          </text>
        </g>
      </svg>
    </figure>
  );
}

/** "ft-04 alone", or "25 % ft-00, 75 % ft-04": who counts nothing is not named. */
function mixtureText(subjects: Subjects, shares: readonly number[]): string {
  const parts = subjects.flatMap(({ name }, i) => ((shares[i] ?? 0) > 0 ? [{ name, share: shares[i] ?? 0 }] : []));
  if (parts.length === 1) return `${parts[0]?.name} alone`;
  return parts.map(({ name, share }) => `${percent(share, 0)} % ${name}`).join(', ');
}

/** Shares of top, left and right as a point. */
function placeOf([top = 0, , right = 0]: readonly number[]): readonly [number, number] {
  return [WIDTH * (right + top / 2), HEIGHT * (1 - top)];
}
