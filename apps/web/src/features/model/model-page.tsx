'use client';

import { ChartSpline, Scale } from 'lucide-react';
import Link from 'next/link';
import { useQuery } from 'urql';
import { Button } from '@/components/ui/button';
import { Card, Panel } from '@/components/ui/card';
import { Facts } from '@/components/ui/facts';
import { FailureNotice } from '@/components/ui/failure-notice';
import { KindMark } from '@/components/ui/kind-mark';
import { PageHeader } from '@/components/ui/page-header';
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton';
import { ModelAnalyses } from '@/features/analyses/model-analyses';
import { MethodsPanel } from '@/features/seeds/methods-panel';
import { SeedsPanel } from '@/features/seeds/seeds-panel';
import { Missing } from '@/features/shell/missing';
import { SearchTrace } from '@/features/soup/search-trace';
import { ModelPageDocument, type ModelPageQuery } from '@/gql/graphql';
import { plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import { hyperparameterFacts, methodFacts } from './hyperparameters';
import { ingredientWords } from './ingredient-words';
import { ModelScores } from './model-scores';
import { Provenance } from './provenance';
import { Relatives } from './relatives';

type Model = NonNullable<ModelPageQuery['model']>;

/** A stock, an ingredient or an ensemble. */
export function ModelPage({ slug, id }: { slug: string; id: string }) {
  const [{ data, error, fetching }, ask] = useQuery({ query: ModelPageDocument, variables: { id } });
  if (data?.model) return <ModelContent slug={slug} model={data.model} />;
  if (error)
    return (
      <Card>
        <FailureNotice error={error} onRetry={() => ask({ requestPolicy: 'network-only' })} />
      </Card>
    );
  if (fetching || !data)
    return (
      <SkeletonGroup label="Loading the model" className="space-y-6">
        <Skeleton className="h-8 w-56" />
        <Skeleton className="h-52" />
        <div className="grid gap-6 lg:grid-cols-2">
          <Skeleton className="h-64" />
          <Skeleton className="h-64" />
        </div>
      </SkeletonGroup>
    );
  return <Missing what="model" list="leaderboard" href={routes.leaderboard(slug)} />;
}

function ModelContent({ slug, model }: { slug: string; model: Model }) {
  const trained = model.kind === 'STOCK' || model.kind === 'INGREDIENT';
  const provenance = <Provenance slug={slug} model={model} />;
  return (
    <>
      <PageHeader
        above={
          <Link href={routes.leaderboard(slug)} className="hover:text-ink">
            Leaderboard
          </Link>
        }
        title={
          <span className="inline-flex items-center gap-3">
            <KindMark kind={model.kind} className="size-5" />
            {model.name}
          </span>
        }
        description={describe(model)}
        actions={
          <>
            {trained && trainedHere(model) && model.run ? (
              <Button asChild>
                <Link href={`${routes.run(slug, model.run.id)}?model=${encodeURIComponent(model.id)}`}>
                  <ChartSpline aria-hidden /> Training curves
                </Link>
              </Button>
            ) : null}
            <Button asChild>
              <Link href={routes.compare(slug, model.id)}>
                <Scale aria-hidden /> Compare
              </Link>
            </Button>
          </>
        }
      />
      <ModelScores evaluations={model.evaluations} />
      {'trace' in model && model.trace.length > 0 ? <SearchTrace slug={slug} mixture={model} of="ensemble" /> : null}
      {model.kind === 'ENSEMBLE' ? <MethodsPanel slug={slug} versus={model} /> : null}
      <ModelAnalyses slug={slug} id={model.id} />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="min-w-0 space-y-6">
          {trained ? null : provenance}
          {'architecture' in model ? (
            <Panel title="Architecture">
              <Facts facts={hyperparameterFacts(model.architecture)} />
            </Panel>
          ) : null}
          {'hyperparameters' in model ? (
            <Panel
              title={'algorithm' in model ? ingredientWords(model).title : 'Hyperparameters'}
              note={'algorithm' in model ? ingredientWords(model).note : 'What it was pre-trained with.'}
            >
              <Facts
                facts={
                  trainedHere(model) ? hyperparameterFacts(model.hyperparameters) : methodFacts(model.hyperparameters)
                }
              />
            </Panel>
          ) : null}
        </div>
        <div className="min-w-0 space-y-6">
          {'overSeeds' in model && model.overSeeds ? <SeedsPanel slug={slug} group={model.overSeeds} /> : null}
          {trained ? provenance : null}
          <Relatives slug={slug} title={model.kind === 'ENSEMBLE' ? 'Members' : 'Made from'} edges={model.parents} />
          <Relatives slug={slug} title="Used for" edges={model.children} />
        </div>
      </div>
    </>
  );
}

/** What was not trained here has no curves to look at, and no hyperparameters that were left at none. */
function trainedHere(model: Model): boolean {
  return !('seed' in model) || model.seed != null;
}

function describe(model: Model): string {
  switch (model.kind) {
    case 'STOCK':
      return 'The pre-trained checkpoint that training starts from.';
    case 'INGREDIENT':
      return 'algorithm' in model ? ingredientWords(model).what : 'A checkpoint that soups average.';
    case 'ENSEMBLE':
      return ensembleWords(model.parents.filter(({ coefficient }) => coefficient !== 0));
    case 'SOUP':
      return 'A checkpoint whose weights are an average of ingredients.';
  }
}

function ensembleWords(members: Model['parents']): string {
  const [first] = members;
  return members.length === 1 && first
    ? `A baseline: ${first.model.name} was taken alone, so it answers as that does, and costs one forward pass.`
    : `A baseline: it averages the logits of ${plural(members.length, 'member')}, and costs one forward pass for each.`;
}
