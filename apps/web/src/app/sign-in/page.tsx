import type { Metadata } from 'next';
import { AuthCard } from '@/features/auth/auth-card';
import { SignInForm } from '@/features/auth/sign-in-form';
import { Main } from '@/features/shell/main';
import { SiteHeader } from '@/features/shell/site-header';
import { safeNext } from '@/lib/routes';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { next } = await searchParams;
  return (
    <>
      <SiteHeader />
      <Main>
        <AuthCard title="Sign in" description="Public labs can be read without an account. Cooking needs one.">
          <SignInForm next={safeNext(typeof next === 'string' ? next : undefined)} />
        </AuthCard>
      </Main>
    </>
  );
}
