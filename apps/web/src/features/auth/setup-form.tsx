'use client';

import { useActionState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { useApi } from '@/data/api-provider';
import { routes } from '@/lib/routes';
import { claimSetup, type Refusal } from './auth-requests';
import { RefusalMessage } from './refusal-message';

interface State {
  readonly refusal: Refusal | null;
  readonly name: string;
  readonly email: string;
}

/** Makes the first administrator and signs them in. */
export function SetupForm({ token }: { token: string }) {
  const { url } = useApi();
  const [state, submit, pending] = useActionState<State, FormData>(
    async (_, form) => {
      const name = String(form.get('name') ?? '');
      const email = String(form.get('email') ?? '');
      const password = String(form.get('password') ?? '');
      const refusal = await claimSetup(url, { token, name, email, password });
      if (!refusal) window.location.assign(routes.home);
      return { refusal, name, email };
    },
    { refusal: null, name: '', email: '' },
  );
  return (
    <form action={submit} className="space-y-4">
      <Field
        label="Name"
        name="name"
        autoComplete="name"
        defaultValue={state.name}
        required
        maxLength={100}
        autoFocus
      />
      <Field label="E-mail" name="email" type="email" autoComplete="username" defaultValue={state.email} required />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={12}
        maxLength={128}
        hint="At least 12 characters."
        required
      />
      <RefusalMessage refusal={state.refusal} />
      <Button look="primary" type="submit" disabled={pending} className="h-10 w-full">
        {pending ? 'Setting up…' : 'Create the administrator'}
      </Button>
    </form>
  );
}
