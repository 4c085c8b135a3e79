'use client';

import { Check, X } from 'lucide-react';
import Link from 'next/link';
import { useMemo } from 'react';
import { useChartColors } from '@/components/charts/chart-colors';
import { EChart } from '@/components/charts/echart';
import { Panel } from '@/components/ui/card';
import { RoleChip } from '@/components/ui/role-chip';
import { Skeleton } from '@/components/ui/skeleton';
import { count, percent, points } from '@/lib/format';
import { routes } from '@/lib/routes';
import { greedyTraceOption } from './greedy-trace-option';
import type { Soup } from './peers';
import { type TraceRound, traceRounds } from './trace-rounds';

/** The greedy recipe, round by round: what each candidate would have made of the soup, and the decision. */
export function GreedyTrace({ slug, soup }: { slug: string; soup: Soup }) {
  const colors = useChartColors();
  const rounds = useMemo(() => traceRounds(soup.trace), [soup.trace]);
  const option = useMemo(() => (colors ? greedyTraceOption(rounds, colors) : null), [rounds, colors]);
  const accepted = rounds.filter((round) => round.accepted).length;
  const place = soup.selection
    ? `${soup.selection.split.dataset.name}/${soup.selection.split.name}`
    : 'the selection split';
  return (
    <Panel
      title="Greedy trace"
      note={`Candidates from the best single score down. Each is mixed in for a try and stays if the soup scores ${soup.acceptRule === '>' ? 'better than' : 'at least as well as'} before. ${accepted} of ${rounds.length} stayed.`}
      aside={
        <span className="flex flex-wrap items-center gap-2 text-xs text-muted">
          {place} <RoleChip role={soup.selection?.role ?? 'SELECTION'} /> n = {count(rounds[0]?.n ?? 0)}
        </span>
      }
    >
      <ul aria-hidden className="mb-2 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted">
        <li className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-full bg-kind-soup" /> accepted
        </li>
        <li className="flex items-center gap-1.5">
          <X className="size-3.5 text-muted" strokeWidth={3} /> rejected
        </li>
        <li className="flex items-center gap-1.5">
          <span className="h-0.5 w-5 bg-line-strong" /> best so far
        </li>
      </ul>
      {option ? (
        <EChart
          option={option}
          label={`Score on the selection split after adding each of ${rounds.length} candidates; ${accepted} were accepted. The table below has the numbers.`}
          className="h-72"
        />
      ) : (
        <Skeleton className="h-72" />
      )}
      <TraceTable slug={slug} rounds={rounds} />
    </Panel>
  );
}

function TraceTable({ slug, rounds }: { slug: string; rounds: readonly TraceRound[] }) {
  return (
    <div className="mt-4 -mb-1 overflow-x-auto">
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            <th scope="col" className="py-2 pr-3 font-medium">
              Round
            </th>
            <th scope="col" className="py-2 pr-3 font-medium">
              Candidate
            </th>
            <th scope="col" className="py-2 pr-3 text-right font-medium">
              If added, %
            </th>
            <th scope="col" className="py-2 pr-3 text-right font-medium whitespace-nowrap">
              To the best
            </th>
            <th scope="col" className="py-2 text-right font-medium">
              Decision
            </th>
          </tr>
        </thead>
        <tbody>
          {rounds.map((round, index) => (
            <tr key={round.id} className="border-b border-line last:border-0">
              <td className="tabular py-2 pr-3 text-muted">{index + 1}</td>
              <th scope="row" className="py-2 pr-3 font-medium">
                <Link href={routes.model(slug, round)} className="hover:text-accent">
                  {round.name}
                </Link>
              </th>
              <td className="tabular py-2 pr-3 text-right">{percent(round.score, 3)}</td>
              <td className="tabular py-2 pr-3 text-right text-muted">
                {round.before === null ? 'first' : points(round.score - round.before, 3)}
              </td>
              <td className="py-2 text-right">
                <span
                  className={`inline-flex items-center gap-1 ${round.accepted ? 'font-medium text-accent' : 'text-muted'}`}
                >
                  {round.accepted ? <Check aria-hidden className="size-4" /> : <X aria-hidden className="size-4" />}
                  {round.accepted ? 'accepted' : 'rejected'}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
