import { z } from 'zod';

/** Requests to the API's own HTTP routes for accounts. Each answers with nothing, or with a sentence for the reader. */
export interface Refusal {
  readonly message: string;
  readonly advice: string;
}

export async function signIn(apiUrl: string, input: { email: string; password: string }): Promise<Refusal | null> {
  const refusal = await post(`${apiUrl}/api/auth/sign-in/email`, input);
  if (refusal?.status === 401)
    return { message: 'E-mail address and password do not belong together.', advice: 'Check both and try again.' };
  return refusal;
}

export async function signOut(apiUrl: string): Promise<void> {
  await post(`${apiUrl}/api/auth/sign-out`, {});
}

/** Makes the first administrator with the one-time token of the set-up link, and signs them in. */
export async function claimSetup(
  apiUrl: string,
  input: { token: string; name: string; email: string; password: string },
): Promise<Refusal | null> {
  return post(`${apiUrl}/setup`, input);
}

async function post(url: string, body: object): Promise<(Refusal & { status: number }) | null> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      credentials: 'include',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    return {
      status: 0,
      message: 'The API does not answer.',
      advice: 'Check that Stockpot is running, then try again.',
    };
  }
  if (response.ok) return null;
  const answer = answerShape.safeParse(await response.json().catch(() => null)).data;
  const error = answer?.errors?.[0];
  return {
    status: response.status,
    message: error?.message ?? answer?.message ?? `The API refused with status ${response.status}.`,
    advice: error?.extensions?.advice ?? (response.status === 429 ? 'Wait a minute and try again.' : 'Try again.'),
  };
}

/** The API answers `{errors: [{message, extensions: {advice}}]}` on every route; better-auth's own routes `{message}`. */
const answerShape = z.object({
  message: z.string().optional(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ advice: z.string().optional() }).optional() }))
    .optional(),
});
