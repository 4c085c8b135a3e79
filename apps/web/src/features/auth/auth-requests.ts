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

/** Makes the first administrator with the one-time token of the set-up link. */
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
  const answer: unknown = await response.json().catch(() => null);
  return {
    status: response.status,
    message: field(answer, 'message') ?? `The API refused with status ${response.status}.`,
    advice: field(answer, 'advice') ?? (response.status === 429 ? 'Wait a minute and try again.' : 'Try again.'),
  };
}

/** Errors come as `{message, advice}` or wrapped in `{error: {…}}`. */
function field(answer: unknown, name: string): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const own = Object.entries(answer).find(([key]) => key === name)?.[1];
  if (typeof own === 'string' && own !== '') return own;
  const inner = Object.entries(answer).find(([key]) => key === 'error')?.[1];
  return inner === undefined ? undefined : field(inner, name);
}
