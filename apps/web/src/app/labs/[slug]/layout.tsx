import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache, type ReactNode } from 'react';
import { serverQuery } from '@/data/server-query';
import { ApiUnreachable } from '@/features/shell/api-unreachable';
import { LabNav } from '@/features/shell/lab-nav';
import { Main } from '@/features/shell/main';
import { SiteHeader } from '@/features/shell/site-header';
import { LabBySlugDocument } from '@/gql/graphql';
import { routes } from '@/lib/routes';

type Props = { params: Promise<{ slug: string }>; children: ReactNode };

/** Asked once for the layout and the titles of its pages. */
const findLab = cache((slug: string) => serverQuery(LabBySlugDocument, { slug }));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params;
  const answer = await findLab(slug);
  if (answer.ok && !answer.data.lab) return { title: 'Not found' };
  const name = answer.ok ? (answer.data.lab?.name ?? slug) : slug;
  return { title: { default: `Leaderboard · ${name}`, template: `%s · ${name} · Stockpot` } };
}

export default async function LabLayout({ params, children }: Props) {
  const { slug } = await params;
  const answer = await findLab(slug);
  if (answer.ok && !answer.data.lab) notFound();
  return (
    <>
      <SiteHeader
        place={
          <span className="flex min-w-0 items-center gap-3 text-muted">
            <span aria-hidden className="text-line-strong">
              /
            </span>
            <Link href={routes.leaderboard(slug)} className="truncate font-medium text-ink hover:text-accent">
              {answer.ok ? answer.data.lab?.name : slug}
            </Link>
          </span>
        }
        navigation={<LabNav slug={slug} />}
      />
      <Main>{answer.ok ? children : <ApiUnreachable />}</Main>
    </>
  );
}
