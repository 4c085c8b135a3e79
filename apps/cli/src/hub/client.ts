import { z } from 'zod';
import { UsageError } from '../failure.js';
import { HubError } from './errors.js';
import type { HubReference } from './reference.js';

export const DEFAULT_ENDPOINT = 'https://huggingface.co';

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of a repository as the hub lists it. */
const sibling = z.looseObject({
  rfilename: z.string().min(1).max(1000),
  size: z.int().min(0).nullish(),
  /** SHA-1 of the file as a git blob. */
  blobId: commit.nullish(),
  /** There for large files only. */
  lfs: z.looseObject({ sha256: digest.nullish(), oid: digest.nullish(), size: z.int().min(0).nullish() }).nullish(),
});
const listing = z.looseObject({ sha: commit, siblings: z.array(sibling).max(100_000) });

export interface HubFile {
  readonly name: string;
  /** Undefined where the hub does not say. */
  readonly size: number | undefined;
  readonly sha256: string | undefined;
  /** SHA-1 of the file as a git blob; of a large file it is that of its pointer, and left out. */
  readonly blob: string | undefined;
}

export interface HubModel {
  /** The commit that the revision stands for now. */
  readonly commit: string;
  readonly files: readonly HubFile[];
}

export interface HubOptions {
  readonly endpoint: string;
  /** Sent to the endpoint alone, never to the hosts that it sends on to. */
  readonly token: string | undefined;
}

/** The hub of the environment: HF_ENDPOINT, else the public one; HF_TOKEN. Throws UsageError for an endpoint that is none. */
export function hubOptions(endpoint: string | undefined, environment: NodeJS.ProcessEnv = process.env): HubOptions {
  const text = endpoint ?? environment.HF_ENDPOINT ?? DEFAULT_ENDPOINT;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url === undefined || !(url.protocol === 'https:' || (local && url.protocol === 'http:'))) {
    throw new UsageError(
      `'${text}' is no address of a hub.`,
      'Give an https address, such as https://huggingface.co; http is for this machine alone: a token would travel readable.',
    );
  }
  const token = environment.HF_TOKEN?.trim();
  return { endpoint: url.href.replace(/\/+$/, ''), token: token === '' ? undefined : token };
}

/** Resolves a revision to its commit and lists the files. Throws HubError. */
export async function findModel(reference: HubReference, hub: HubOptions, signal: AbortSignal): Promise<HubModel> {
  const { repository, revision } = reference;
  const url = `${hub.endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const response = await request(url, hub, { signal });
  if (!response.ok) throw refusal(response, reference, hub);
  const parsed = listing.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    throw new HubError(
      `The hub at ${hub.endpoint} does not answer as a hub does about ${repository}.`,
      'Check the endpoint (--endpoint, HF_ENDPOINT).',
    );
  }
  return {
    commit: parsed.data.sha,
    files: parsed.data.siblings.map(({ rfilename, size, blobId, lfs }) => ({
      name: rfilename,
      size: lfs?.size ?? size ?? undefined,
      sha256: lfs?.sha256 ?? lfs?.oid ?? undefined,
      blob: lfs === null || lfs === undefined ? (blobId ?? undefined) : undefined,
    })),
  };
}

/** Where the bytes of a file are at a commit. */
export function fileUrl({ repository }: HubReference, commitId: string, name: string, hub: HubOptions): string {
  return `${hub.endpoint}/${repository}/resolve/${commitId}/${encodeURIComponent(name)}`;
}

/**
 * A request with the token. Redirects to another host lose it: `fetch` drops the header there. Throws HubError when nobody
 * answers.
 */
export async function request(
  url: string,
  { endpoint, token }: HubOptions,
  { signal, headers = {} }: { readonly signal: AbortSignal; readonly headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    return await fetch(url, { signal, headers: { 'user-agent': 'stockpot', ...headers, ...authorization } });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw unreachable(endpoint, cause);
  }
}

export function unreachable(endpoint: string, cause: unknown): HubError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = inner instanceof Error ? inner.message || inner.name : String(inner);
  return new HubError(
    `The hub at ${endpoint} cannot be reached: ${reason}.`,
    'Check the network. Without one, fetch the files elsewhere and import their folder: stockpot import ./folder -o DIR.',
    { cause },
  );
}

/** What a refusal of the hub means, in a sentence. */
export function refusal(
  response: Response,
  { repository, revision }: HubReference,
  { endpoint, token }: HubOptions,
): HubError {
  const code = response.headers.get('x-error-code');
  const what = `${repository} at ${endpoint}`;
  if (code === 'GatedRepo') {
    return new HubError(
      `${what} is gated: its owner asks who fetches it.`,
      `Accept its terms at ${endpoint}/${repository}, then set HF_TOKEN to a token of the same account.`,
    );
  }
  if (response.status === 401 || response.status === 403) {
    return token === undefined
      ? new HubError(`${what} is not public, or is not there.`, 'Check the name; for a private model set HF_TOKEN.')
      : new HubError(`The token in HF_TOKEN may not read ${what}.`, 'Use a token of an account that may, or unset it.');
  }
  if (response.status === 404) {
    return code === 'RevisionNotFound'
      ? new HubError(`${what} has no revision '${revision}'.`, 'Name a branch, a tag or a commit that it has.')
      : new HubError(`There is no model ${what}.`, 'Check the owner and the name.');
  }
  if (response.status === 429) {
    return new HubError(
      `The hub at ${endpoint} asks to be left alone for a while.`,
      'Wait some minutes; a token raises the limit.',
    );
  }
  return new HubError(
    `The hub at ${endpoint} answers ${response.status} ${response.statusText} about ${repository}.`.replace('  ', ' '),
    'Try again later; what was fetched is kept.',
  );
}
