import { UsageError } from '../failure.js';

/** A model on a hub, as people write it: `hf:owner/name` or `hf:owner/name@revision`. */
export interface HubReference {
  /** 'owner/name', or 'name' for the oldest models. */
  readonly repository: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
}

const PREFIX = 'hf:';
/** The names that the hub allows; no name is a step up or hidden. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/;
const REVISION = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,254}$/;

/** Whether a source means a hub and not a path. */
export function isHubReference(source: string): boolean {
  return source.startsWith(PREFIX);
}

/** Throws UsageError for anything but `hf:owner/name[@revision]`. */
export function parseHubReference(source: string): HubReference {
  const [repository = '', revision = 'main', ...rest] = source.slice(PREFIX.length).split('@');
  const names = repository.split('/');
  const named = names.length <= 2 && names.every((name) => NAME.test(name) && !name.includes('..'));
  if (!named || !REVISION.test(revision) || revision.includes('..') || rest.length > 0) {
    throw new UsageError(
      `'${source}' names no model on a hub.`,
      'Write hf:owner/name, or hf:owner/name@revision for a branch, a tag or a commit.',
    );
  }
  return { repository, revision };
}

/** The reference that will mean the same bytes for ever. */
export function pinned({ repository }: HubReference, commit: string): string {
  return `${PREFIX}${repository}@${commit}`;
}
