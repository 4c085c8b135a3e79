'use client';

import { LockKeyhole, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { Skeleton } from '@/components/ui/skeleton';
import { describeFailure } from '@/data/failure';
import { useMayCook, useViewer } from '@/features/shell/use-viewer';
import { RecipeOfRunDocument, SubmitRecipeDocument } from '@/gql/graphql';
import { routes } from '@/lib/routes';
import { RecipeEditor } from './recipe-editor';
import { recipeFormat } from './recipe-format';
import { RecipeIssues } from './recipe-issues';

/** Submits a recipe. `?from=run_…` starts from the recipe of an earlier run. */
export function NewRunPage({ slug }: { slug: string }) {
  const path = usePathname();
  const from = useSearchParams().get('from');
  const viewer = useViewer();
  const mayCook = useMayCook(slug);
  return (
    <>
      <PageHeader
        above={
          <Link href={routes.runs(slug)} className="hover:text-ink">
            Runs
          </Link>
        }
        title="New run"
        description="A recipe says which stock, which ingredients and which soups to make, and on which benchmarks they are judged. Nothing is stored until it is free of mistakes."
      />
      {mayCook === undefined ? (
        <Skeleton className="h-96" />
      ) : viewer === null ? (
        <Card>
          <Notice
            icon={LockKeyhole}
            title="Sign in to submit a recipe"
            actions={
              <Button look="primary" asChild>
                <Link href={routes.signIn(path)}>Sign in</Link>
              </Button>
            }
          >
            Everybody may read this lab; cooking uses its machines.
          </Notice>
        </Card>
      ) : mayCook ? (
        <RecipeForm slug={slug} from={from} />
      ) : (
        <Card>
          <Notice icon={LockKeyhole} title="You may read this lab, but not cook in it">
            Submitting needs the role member. Ask an owner of the lab for it.
          </Notice>
        </Card>
      )}
    </>
  );
}

function RecipeForm({ slug, from }: { slug: string; from: string | null }) {
  const router = useRouter();
  const [text, setText] = useState('');
  const [{ data: source }] = useQuery({ query: RecipeOfRunDocument, variables: { id: from ?? '' }, pause: !from });
  const [result, submit] = useMutation(SubmitRecipeDocument);
  const earlier = source?.run?.recipe.text;
  useEffect(() => {
    if (earlier) setText((typed) => typed || earlier);
  }, [earlier]);

  const answer = result.data?.submitRecipe;
  const refused = answer?.__typename === 'RecipeRefused' ? answer : null;
  const failure = result.error ? describeFailure(result.error) : null;
  const send = async () => {
    const sent = await submit({ input: { lab: slug, text, format: recipeFormat(text) } });
    const outcome = sent.data?.submitRecipe;
    if (outcome?.__typename === 'RunSubmitted') router.push(routes.run(slug, outcome.run.id));
  };
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Card className="p-4 sm:p-5">
        <form
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <RecipeEditor text={text} disabled={result.fetching} invalid={Boolean(refused)} onChange={setText} />
          <Button look="primary" type="submit" disabled={result.fetching || text.trim() === ''}>
            {result.fetching ? 'Checking…' : 'Check and cook'}
          </Button>
        </form>
      </Card>
      <div aria-live="polite" className="space-y-4">
        {failure ? (
          <Card className="space-y-1 border-bad/50 bg-bad-soft p-5 text-sm">
            <h2 className="flex items-center gap-2 font-semibold text-bad">
              <TriangleAlert aria-hidden className="size-4" /> {failure.title}
            </h2>
            <p>{failure.message}</p>
            <p className="text-muted">{failure.advice}</p>
          </Card>
        ) : null}
        {refused ? <RecipeIssues message={refused.message} issues={refused.issues} /> : null}
        {!failure && !refused ? (
          <Card className="space-y-2 p-5 text-sm text-muted">
            <h2 className="font-semibold text-ink">Before you cook</h2>
            <p>Splits have roles. Soups are chosen on a selection split; the report uses test or shift splits only.</p>
            <p>
              A step is known by everything that determines its result. Add one ingredient to an earlier recipe and only
              what is new is cooked.
            </p>
          </Card>
        ) : null}
      </div>
    </div>
  );
}
