import { SearchX } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Main } from '@/features/shell/main';
import { SiteHeader } from '@/features/shell/site-header';
import { routes } from '@/lib/routes';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFoundPage() {
  return (
    <>
      <SiteHeader />
      <Main>
        <Notice
          icon={SearchX}
          title="There is nothing at this address"
          heading="h1"
          className="py-24"
          actions={
            <>
              <Button look="primary" asChild>
                <Link href={routes.home}>Go to the labs</Link>
              </Button>
              <Button asChild>
                <Link href={routes.signIn()}>Sign in</Link>
              </Button>
            </>
          }
        >
          It may have been removed, or it belongs to a private lab: then sign in with an account that may see it.
        </Notice>
      </Main>
    </>
  );
}
