import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { quantity } from '@/lib/format';
import type { ContentOf, Subjects } from './content';
import { nats, signedNats } from './nats-text';

/** Soup less ensemble of two models: what was measured, what the formula says, and its terms. */
export function TermsTable({ content, subjects }: { content: ContentOf<'SoupVersusEnsemble'>; subjects: Subjects }) {
  const { alpha, scale, soupLoss, ensembleLoss, measuredDifference, approximation, curvature, variance } = content;
  const better = measuredDifference < 0 ? 'soup' : 'ensemble';
  const share = (alpha * (1 - alpha)) / 2;
  return (
    <div className="space-y-4">
      <p className="max-w-3xl text-sm">
        The {better} of {subjects.map(({ name }) => name).join(' and ')} has the lower loss, by{' '}
        {nats(Math.abs(measuredDifference))} nats. The approximation says{' '}
        {Math.sign(approximation) === Math.sign(measuredDifference) ? 'the same' : 'the opposite'}, by{' '}
        {nats(Math.abs(approximation))}.
      </p>
      <Table spacing="inset-dense" className="max-w-2xl" label="Terms of the approximation">
        <TableHead>
          <HeadCell>Term</HeadCell>
          <HeadCell align="right">Value</HeadCell>
          <HeadCell>What it is</HeadCell>
        </TableHead>
        <tbody>
          {[
            ['Soup', nats(soupLoss), 'loss, nats'],
            ['Ensemble', nats(ensembleLoss), 'loss of the mean of the logits, nats'],
            ['Difference', signedNats(measuredDifference), 'as measured: above 0 the ensemble is better'],
            ['Approximation', signedNats(approximation), `${quantity(share, 3)} · (variance − curvature)`],
            ['Variance', signedNats(variance), 'of the difference of logits, times β²: favours the ensemble'],
            ['Curvature', signedNats(curvature), 'of the soup’s loss along the line: above 0 favours the soup'],
            ['α', nats(alpha), `share of ${subjects[1]?.name ?? 'the second'}`],
            ['β', nats(scale), 'by which logits are multiplied, to calibrate the soup'],
          ].map(([term, value, meaning]) => (
            <Row key={term}>
              <RowHead className="font-medium">{term}</RowHead>
              <Cell number className="whitespace-nowrap">
                {value}
              </Cell>
              <Cell quiet>{meaning}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
