'use client';

import { ArrowLeftRight, Scale } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useId } from 'react';
import { useQuery } from 'urql';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { FailureNotice } from '@/components/ui/failure-notice';
import { inputStyle } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton';
import { byPlace } from '@/features/scores/benchmarks';
import { ComparableModelsDocument, type ComparableModelsQuery, CompareModelsDocument } from '@/gql/graphql';
import { namesOfSeveral } from '@/lib/alike';
import { cx } from '@/lib/cx';
import { count } from '@/lib/format';
import { KIND_ORDER, KINDS } from '@/lib/kinds';
import { routes } from '@/lib/routes';
import { ComparisonPanel } from './comparison-panel';

type Model = ComparableModelsQuery['leaderboard']['edges'][number]['node']['model'];

/** Two models of the lab, side by side on every benchmark that both were evaluated on. */
export function ComparePage({ slug }: { slug: string }) {
  const router = useRouter();
  const parameters = useSearchParams();
  const [first, second] = [parameters.get('first'), parameters.get('second')];
  const [{ data: list }] = useQuery({ query: ComparableModelsDocument, variables: { lab: slug } });
  const choose = (one: string | null, other: string | null) =>
    router.replace(routes.compare(slug, one, other), { scroll: false });
  const models = list?.leaderboard.edges.map(({ node }) => node.model) ?? [];
  const total = list?.leaderboard.totalCount ?? 0;
  return (
    <>
      <PageHeader
        title="Compare two models"
        description="On the same images, image by image: a difference counts only where the images that one of them alone gets right say so."
      />
      <Card className="p-4 sm:p-5">
        <div className="grid items-end gap-3 sm:grid-cols-[1fr_auto_1fr]">
          <ModelSelect label="First model" models={models} value={first} onChange={(id) => choose(id, second)} />
          <Button
            size="icon"
            className="justify-self-center"
            aria-label="Exchange the two models"
            disabled={!first && !second}
            onClick={() => choose(second, first)}
          >
            <ArrowLeftRight aria-hidden />
          </Button>
          <ModelSelect label="Second model" models={models} value={second} onChange={(id) => choose(first, id)} />
        </div>
        {total > models.length && models.length > 0 ? (
          <p className="mt-2 text-xs text-muted">
            The {count(models.length)} best of {count(total)} models are listed; open any other on its page and choose
            “Compare” there.
          </p>
        ) : null}
      </Card>
      {first && second && first !== second ? (
        <Comparisons slug={slug} first={first} second={second} />
      ) : (
        <Card>
          <Notice icon={Scale} title={first && first === second ? 'These are one model' : 'Choose two models'}>
            A soup and its best ingredient, two seeds, two recipes: whatever was evaluated on a common benchmark.
          </Notice>
        </Card>
      )}
    </>
  );
}

function ModelSelect(props: {
  label: string;
  models: readonly Model[];
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const id = useId();
  const { models, value } = props;
  const several = namesOfSeveral(models);
  const listed = value === null || models.some((model) => model.id === value);
  return (
    <div className="min-w-0 space-y-1.5">
      <label htmlFor={id} className="block text-sm font-medium">
        {props.label}
      </label>
      <select
        id={id}
        className={cx(inputStyle, 'h-10')}
        value={value ?? ''}
        onChange={(event) => props.onChange(event.target.value || null)}
      >
        <option value="">Choose a model</option>
        {listed ? null : <option value={value ?? ''}>The model of the address</option>}
        {KIND_ORDER.map((kind) => {
          const mine = models.filter((model) => model.kind === kind);
          return mine.length === 0 ? null : (
            <optgroup key={kind} label={KINDS[kind].plural}>
              {mine.map((model) => (
                <option key={model.id} value={model.id}>
                  {model.name}
                  {several.has(model.name) && model.run ? ` (${model.run.name})` : ''}
                </option>
              ))}
            </optgroup>
          );
        })}
      </select>
    </div>
  );
}

function Comparisons({ slug, first, second }: { slug: string; first: string; second: string }) {
  const [{ data, error, fetching }, ask] = useQuery({ query: CompareModelsDocument, variables: { first, second } });
  if (error && !data?.model)
    return (
      <Card>
        <FailureNotice error={error} onRetry={() => ask({ requestPolicy: 'network-only' })} />
      </Card>
    );
  if (!data && fetching)
    return (
      <SkeletonGroup label="Comparing" className="space-y-6">
        <Skeleton className="h-60" />
        <Skeleton className="h-60" />
      </SkeletonGroup>
    );
  const [one, other] = [data?.model, data?.other];
  if (!one || !other)
    return (
      <Card>
        <Notice
          icon={Scale}
          title="One of the models is not here"
          actions={
            <Button asChild>
              <Link href={routes.compare(slug, one?.id, other?.id)}>Choose another</Link>
            </Button>
          }
        >
          It may belong to another lab, or its address is incomplete.
        </Notice>
      </Card>
    );
  if (one.comparedWith.length === 0)
    return (
      <Card>
        <Notice icon={Scale} title="No common benchmark">
          {one.name} and {other.name} were never evaluated on the same images. Name one benchmark for both in a recipe’s
          report and cook it.
        </Notice>
      </Card>
    );
  return (
    <>
      {one.comparedWith
        .toSorted((a, b) => byPlace(a.benchmark, b.benchmark))
        .map((comparison) => (
          <ComparisonPanel
            key={comparison.benchmark.id}
            comparison={comparison}
            first={one}
            second={other}
            slug={slug}
          />
        ))}
      <p className="max-w-3xl text-sm text-muted">
        p-values are adjusted by Holm for the {count(one.comparedWith.length)} comparisons of this page. Images are the
        units: what one image gives under many corruptions counts once.
      </p>
    </>
  );
}
