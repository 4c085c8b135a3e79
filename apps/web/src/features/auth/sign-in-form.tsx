'use client';

import { useActionState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { useApi } from '@/data/api-provider';
import { type Refusal, signIn } from './auth-requests';
import { RefusalMessage } from './refusal-message';

export function SignInForm({ next }: { next: string }) {
  const { url } = useApi();
  const [state, submit, pending] = useActionState<{ refusal: Refusal | null; email: string }, FormData>(
    async (_, form) => {
      const email = String(form.get('email') ?? '');
      const refusal = await signIn(url, { email, password: String(form.get('password') ?? '') });
      // A full load: the live connection must be made again with the new session.
      if (!refusal) window.location.assign(next);
      return { refusal, email };
    },
    { refusal: null, email: '' },
  );
  return (
    <form action={submit} className="space-y-4">
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        defaultValue={state.email}
        required
        autoFocus
      />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      <RefusalMessage refusal={state.refusal} />
      <Button look="primary" type="submit" disabled={pending} className="h-10 w-full">
        {pending ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}
