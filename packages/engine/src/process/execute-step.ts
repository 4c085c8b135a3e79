import { diskFullError } from '../artifacts/disk-errors.js';
import { FileArtifactStore } from '../artifacts/index.js';
import { makeFolder } from '../artifacts/make-folder.js';
import type { Reporter, StepDefinition, StepResult } from '../steps/definition.js';
import type { StepRequest } from './messages.js';
import { resolveSource } from './sources.js';

/** Runs one step in this process: what the child does for the host. */
export async function executeStep(
  definition: StepDefinition,
  request: StepRequest,
  run: { readonly threads: number; readonly reporter: Reporter; readonly signal: AbortSignal },
): Promise<StepResult> {
  const store = await FileArtifactStore.open(request.storeRoot);
  const inputs = Object.fromEntries(
    Object.entries(request.inputs).map(([role, hashes]) => [
      role,
      hashes.map((hash) => ({ hash, path: store.path(hash) })),
    ]),
  );
  try {
    await makeFolder(request.scratch);
    return await definition.execute(request.parameters, {
      inputs,
      store,
      scratch: request.scratch,
      device: request.device ?? 'cpu',
      resolveSource: (source, kind) => resolveSource(source, request.sources, kind),
      ...run,
    });
  } catch (error) {
    // A step's own checkpoint in its scratch folder may be what does not fit any more.
    throw diskFullError(error, request.scratch);
  }
}
