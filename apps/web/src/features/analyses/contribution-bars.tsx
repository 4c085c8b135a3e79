import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { percent } from '@/lib/format';
import type { ContentOf, Subjects } from './content';
import { gainText, gainUnit, worthText } from './worth-text';

/** What each ingredient adds: Shapley value with its interval as a bar, leave-one-out, and what each is worth alone. */
export function ContributionBars({ content, subjects }: { content: ContentOf<'Contribution'>; subjects: Subjects }) {
  const { metric, baseline, all, alone, leaveOneOut, shapley, low, high, exact, orderPairs, confidence } = content;
  const ends = [0, ...shapley, ...low, ...high].map((value) => value ?? 0);
  const domain = { low: Math.min(...ends), high: Math.max(...ends) };
  const bar = (place: number) => (
    <Bar value={shapley[place] ?? 0} low={low[place] ?? null} high={high[place] ?? null} domain={domain} />
  );
  return (
    <div className="space-y-4">
      <p className="max-w-3xl text-sm">
        The uniform soup of all is worth {worthText(metric, all)}; none of them, {worthText(metric, baseline.worth)} (
        {baseline.name}). Shapley values share out the difference of {gainText(metric, all - baseline.worth)}{' '}
        {gainUnit(metric)}.
      </p>
      <Table spacing="inset-dense" label="What each ingredient adds">
        <TableHead className="whitespace-nowrap">
          <HeadCell>Ingredient</HeadCell>
          <HeadCell align="right">Shapley, {gainUnit(metric)}</HeadCell>
          <HeadCell hideBelow="sm" className="w-2/5">
            <span className="sr-only">As a bar</span>
          </HeadCell>
          <HeadCell align="right">Leave-one-out, {metric === 'ACCURACY' ? 'points' : 'nats'}</HeadCell>
          <HeadCell hideBelow="sm" align="right">
            Alone
          </HeadCell>
        </TableHead>
        <tbody>
          {subjects.map(({ name }, place) => (
            <Row key={name}>
              <RowHead className="font-medium whitespace-nowrap">
                {name}
                <span className="mt-1 block w-28 sm:hidden">{bar(place)}</span>
              </RowHead>
              <Cell number className="whitespace-nowrap">
                {gainText(metric, shapley[place] ?? 0)}
                {low[place] == null || high[place] == null ? null : (
                  <span className="block text-2xs text-faint">
                    {gainText(metric, low[place])} to {gainText(metric, high[place])}
                  </span>
                )}
              </Cell>
              <Cell hideBelow="sm">{bar(place)}</Cell>
              <Cell number quiet>
                {gainText(metric, leaveOneOut[place] ?? 0)}
              </Cell>
              <Cell hideBelow="sm" number quiet className="whitespace-nowrap">
                {worthText(metric, alone[place] ?? 0)}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      <p className="text-xs text-muted">
        {exact
          ? 'Exact: every set of ingredients was scored.'
          : `${orderPairs ?? 0} pairs of random orders; ${percent(confidence ?? 0, 0)} % intervals of that drawing, not of the examples.`}
      </p>
    </div>
  );
}

/** A bar from zero, with its interval as a whisker. */
function Bar(props: {
  value: number;
  low: number | null;
  high: number | null;
  domain: { readonly low: number; readonly high: number };
}) {
  const { value, low, high, domain } = props;
  const span = domain.high - domain.low || 1;
  const at = (x: number) => ((x - domain.low) / span) * 100;
  const [from, to] = [at(Math.min(0, value)), at(Math.max(0, value))];
  return (
    <svg aria-hidden viewBox="0 0 100 10" preserveAspectRatio="none" className="block h-5 w-full overflow-visible">
      <rect
        x={from}
        y={2}
        width={Math.max(to - from, 0.3)}
        height={6}
        style={{ fill: `var(${value < 0 ? '--worse' : '--better'})` }}
      />
      <line x1={at(0)} x2={at(0)} y1={0} y2={10} className="stroke-line-strong" vectorEffect="non-scaling-stroke" />
      {low === null || high === null ? null : (
        <path
          d={`M${at(low)} 5H${at(high)}M${at(low)} 3V7M${at(high)} 3V7`}
          className="stroke-ink"
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  );
}
