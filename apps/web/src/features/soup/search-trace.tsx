'use client';

import { Check, Lock, Minus, X } from 'lucide-react';
import Link from 'next/link';
import { useMemo } from 'react';
import { useChartColors } from '@/components/charts/chart-colors';
import { EChart } from '@/components/charts/echart';
import { Panel } from '@/components/ui/card';
import { RoleChip } from '@/components/ui/role-chip';
import { Skeleton } from '@/components/ui/skeleton';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { count, percent, points } from '@/lib/format';
import { routes } from '@/lib/routes';
import type { Soup } from './peers';
import { searchTraceOption } from './search-trace-option';
import { decision, type TraceRound, traceRounds } from './trace-rounds';

/** A soup, or an ensemble whose members were chosen, with the search for it. */
type Mixture = Pick<Soup, 'method' | 'acceptRule' | 'trace'> & {
  readonly selection?: Pick<NonNullable<Soup['selection']>, 'role' | 'split'> | null;
};

/** What a search does, by its method; of one that is not here the columns must do. */
const STORIES: Readonly<Record<string, string>> = {
  greedy: 'One ingredient after the other is mixed in for a try, and stays',
  'greedy-ensemble': 'One ingredient after the other joins the mean of the logits for a try, and stays',
  'random-order': 'One ingredient after the other, in a drawn order, is mixed in for a try, and stays',
  greedier: 'Every turn tries all ingredients that may still be added; the best of them stays',
  pruned: 'All ingredients at first; the worst first, each is left out for a try, and is gone for good',
};

/** A search, candidate by candidate: what each would have made of the soup or ensemble, and the decision. */
export function SearchTrace({ slug, mixture, of }: { slug: string; mixture: Mixture; of: 'soup' | 'ensemble' }) {
  const colors = useChartColors();
  const { trace, selection } = mixture;
  const rounds = useMemo(() => traceRounds(trace), [trace]);
  const option = useMemo(() => (colors ? searchTraceOption(rounds, colors) : null), [rounds, colors]);
  const removing = rounds[0]?.removed === true;
  const accepted = rounds.filter((round) => round.accepted).length;
  const place = selection ? `${selection.split.dataset.name}/${selection.split.name}` : 'the selection split';
  const rule = mixture.acceptRule === '>' ? 'better than' : 'at least as well as';
  const story = STORIES[mixture.method];
  const evaluated = rounds.filter((round) => !round.cached).length;
  return (
    <Panel
      title="Search trace"
      note={`${story ? `${story} if the ${of} then scores ${rule} before. ` : ''}${accepted} of ${rounds.length} ${removing ? 'tries took one out' : accepted === 1 ? 'was accepted' : 'were accepted'}${evaluated < rounds.length ? `; ${rounds.length - evaluated} scores were known from equal ${of}s` : ''}.`}
      aside={
        <span className="flex flex-wrap items-center gap-2 text-xs text-muted">
          {place} <RoleChip role={selection?.role ?? 'SELECTION'} /> n = {count(rounds[0]?.n ?? 0)}
        </span>
      }
    >
      <ul aria-hidden className="mb-2 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted">
        <li className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-full bg-kind-soup" /> {decision({ accepted: true, removed: removing })}
        </li>
        <li className="flex items-center gap-1.5">
          <X className="size-3.5 text-muted" strokeWidth={3} /> {decision({ accepted: false, removed: removing })}
        </li>
        <li className="flex items-center gap-1.5">
          <span className="h-0.5 w-5 bg-line-strong" /> best so far
        </li>
      </ul>
      {option ? (
        <EChart
          option={option}
          label={`Score on the selection split of each of ${rounds.length} candidates; ${accepted} ${removing ? 'took an ingredient out' : 'were accepted'}. The table below has the numbers.`}
          className="h-72"
        />
      ) : (
        <Skeleton className="h-72" />
      )}
      <TraceTable slug={slug} rounds={rounds} removing={removing} of={of} />
    </Panel>
  );
}

function TraceTable(props: {
  slug: string;
  rounds: readonly TraceRound[];
  removing: boolean;
  of: 'soup' | 'ensemble';
}) {
  const { slug, rounds, removing, of } = props;
  const turns = rounds.some((round) => round.turn !== null);
  return (
    <Table spacing="inset-narrow" frame="mt-4 -mb-1 max-h-[32rem] overflow-auto">
      <TableHead>
        <HeadCell hideBelow="sm">Round</HeadCell>
        {turns ? <HeadCell>{removing ? 'Pass' : 'Turn'}</HeadCell> : null}
        <HeadCell>Candidate</HeadCell>
        <HeadCell align="right">{removing ? 'Without it, %' : 'If added, %'}</HeadCell>
        <HeadCell align="right">To the best, points</HeadCell>
        <HeadCell hideBelow="sm" align="right" className="whitespace-nowrap">
          In the {of}
        </HeadCell>
        <HeadCell align="right">Decision</HeadCell>
      </TableHead>
      <tbody>
        {rounds.map((round) => (
          <Row key={round.round}>
            <Cell hideBelow="sm" quiet className="tabular">
              {round.round + 1}
            </Cell>
            {turns ? (
              <Cell quiet className="tabular">
                {round.turn}
              </Cell>
            ) : null}
            <RowHead className="font-medium">
              <Link href={routes.model(slug, round)} className="hover:text-accent">
                {round.name}
              </Link>
            </RowHead>
            <Cell number className="whitespace-nowrap">
              {round.cached ? (
                <span className="mr-1.5 text-2xs text-muted" title={`The score was known from an equal ${of}`}>
                  known
                </span>
              ) : null}
              {percent(round.score, 3)}
            </Cell>
            <Cell number quiet>
              {round.before === null ? 'first' : points(round.score - round.before, 3)}
            </Cell>
            <Cell hideBelow="sm" number quiet>
              {round.members}
            </Cell>
            <Cell align="right" className="whitespace-nowrap">
              <span
                className={`inline-flex items-center gap-1 ${round.accepted ? 'font-medium text-accent' : 'text-muted'}`}
              >
                {round.removed ? (
                  round.accepted ? (
                    <Minus aria-hidden className="size-4" />
                  ) : (
                    <Lock aria-hidden className="size-3.5" />
                  )
                ) : round.accepted ? (
                  <Check aria-hidden className="size-4" />
                ) : (
                  <X aria-hidden className="size-4" />
                )}
                {decision(round)}
              </span>
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
