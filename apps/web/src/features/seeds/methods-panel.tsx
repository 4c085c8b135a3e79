'use client';

import Link from 'next/link';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/card';
import { KindMark } from '@/components/ui/kind-mark';
import { RoleChip } from '@/components/ui/role-chip';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { metricText, metricUnit } from '@/features/scores/metric-text';
import { SampleSize } from '@/features/scores/sample-size';
import { SpentMark } from '@/features/scores/spent-mark';
import { type MethodFieldsFragment, MethodsOverSeedsDocument } from '@/gql/graphql';
import { count, label, plural, probability } from '@/lib/format';
import { KINDS } from '@/lib/kinds';
import { routes } from '@/lib/routes';
import { benchmarksOf, differenceOn, differenceText, FEWEST_SEEDS, scoreOn } from './methods';

/** Soups, ensembles and the best ingredient over the repeats of recipes; beside one of them, what it has over each. Nothing without repeats. */
export function MethodsPanel({
  slug,
  versus,
}: {
  slug: string;
  versus?: { readonly id: string; readonly name: string };
}) {
  const [{ data }] = useQuery({
    query: MethodsOverSeedsDocument,
    variables: { lab: slug, versus: versus?.id ?? null },
  });
  const methods = data?.methodsOverSeeds ?? [];
  return methods.length === 0 ? null : <Methods {...{ slug, methods }} against={versus !== undefined} />;
}

function Methods(props: { slug: string; methods: readonly MethodFieldsFragment[]; against: boolean }) {
  const { slug, methods, against } = props;
  const benchmarks = benchmarksOf(methods);
  const [wanted, choose] = useState<string>();
  const shown = benchmarks.find(({ id }) => id === wanted) ?? benchmarks[0];
  if (!shown) return null;
  const [own] = methods;
  const repeats = Math.max(...methods.map((method) => method.repeats));
  const first = methods.flatMap((method) => scoreOn(method, shown.id) ?? [])[0];
  return (
    <Panel
      title="Over seeds"
      note={
        <>
          {plural(repeats, 'repeat')} with other seeds of trainings and choices; the mean with its 95 % interval
          (Student’s t), which says how much seeds matter, not how much the choice of images does
          {repeats < FEWEST_SEEDS ? `, and takes ${FEWEST_SEEDS} seeds` : ''}.
          {against && own
            ? ` Then what ${own.name} has over each other one on the same seeds, p-values of the paired test adjusted by Holm.`
            : ''}
        </>
      }
      aside={
        benchmarks.length > 1 ? (
          <fieldset className="flex flex-wrap gap-1" aria-label="Benchmark">
            {benchmarks.map(({ id, name }) => (
              <Button key={id} size="small" aria-pressed={id === shown.id} onClick={() => choose(id)}>
                {label(name)}
              </Button>
            ))}
          </fieldset>
        ) : undefined
      }
      flush
    >
      <p className="flex flex-wrap items-center gap-1.5 px-4 pb-2 text-xs text-muted sm:px-5">
        {label(shown.name)}, {first?.metric.title}
        {first ? metricUnit(first.metric) : ''} <RoleChip role={shown.role} /> <SampleSize benchmark={shown} />
      </p>
      <Table spacing="flush">
        <TableHead className="whitespace-nowrap">
          <HeadCell>Method</HeadCell>
          <HeadCell align="right">Seeds</HeadCell>
          <HeadCell align="right">Mean</HeadCell>
          <HeadCell hideBelow="sm" align="right" title="Standard deviation over seeds, divisor n − 1">
            Deviation
          </HeadCell>
          {against ? (
            <>
              <HeadCell hideBelow="sm" align="right">
                {own?.name} less it
              </HeadCell>
              <HeadCell hideBelow="sm" align="right">
                Adjusted p
              </HeadCell>
            </>
          ) : null}
        </TableHead>
        <tbody>
          {methods.map((method) => (
            <MethodRow key={method.key} {...{ slug, method, against }} own={own?.name ?? ''} benchmark={shown.id} />
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

function MethodRow(props: {
  slug: string;
  method: MethodFieldsFragment;
  benchmark: string;
  against: boolean;
  own: string;
}) {
  const { slug, method, benchmark, against, own } = props;
  const score = scoreOn(method, benchmark);
  const gain = differenceOn(method, benchmark);
  const [model] = method.models;
  const unit = score?.metric.unit ?? 'SHARE';
  const text = (value: number) => metricText({ value, unit });
  const name = method.chosenFrom === null ? method.name : 'best ingredient';
  return (
    <Row className="align-top">
      <RowHead>
        <span className="flex items-center gap-2 font-medium">
          <KindMark kind={method.kind} />
          {model && method.chosenFrom === null ? (
            <Link href={routes.model(slug, model)} className="max-w-56 truncate hover:text-accent">
              {name}
            </Link>
          ) : (
            name
          )}
        </span>
        <span className="mt-0.5 block pl-5 text-xs text-muted">
          {method.chosenFrom === null
            ? KINDS[method.kind].label.toLowerCase()
            : `of ${count(method.chosenFrom)}, chosen in each repeat`}
        </span>
        {gain ? (
          <span className="tabular mt-0.5 block pl-5 text-xs text-muted sm:hidden">
            {own} less it: {differenceText(gain)}
          </span>
        ) : null}
      </RowHead>
      <Cell number quiet>
        {score ? count(score.n) : '–'}
      </Cell>
      <Cell number>
        {score ? (
          <>
            <span className="block font-medium">{text(score.mean)}</span>
            <span className="block text-2xs whitespace-nowrap text-faint">
              {score.low == null || score.high == null ? 'no interval' : `${text(score.low)}–${text(score.high)}`}
            </span>
            {score.spent ? <SpentMark /> : null}
          </>
        ) : (
          '–'
        )}
      </Cell>
      <Cell number quiet hideBelow="sm">
        {score?.sd == null ? '–' : text(score.sd)}
      </Cell>
      {against ? (
        <>
          <Cell hideBelow="sm" number className="whitespace-nowrap">
            {gain ? differenceText(gain) : '–'}
          </Cell>
          <Cell number quiet hideBelow="sm">
            {gain?.adjustedP == null ? '–' : probability(gain.adjustedP)}
          </Cell>
        </>
      ) : null}
    </Row>
  );
}
