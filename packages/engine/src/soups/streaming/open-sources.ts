import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import type { Place } from './job.js';

/** Where threads read tensors. Hold it with `await using`. */
export interface Sources extends AsyncDisposable {
  /** A tensor's place in each checkpoint. */
  of(name: string): readonly Place[];
}

/** Descriptors for threads, of files that were opened and checked before. */
export async function openSources(readers: readonly CheckpointReader[]): Promise<Sources> {
  const handles: FileHandle[] = [];
  const opened = new Map<CheckpointReader, ReadonlyMap<string, number>>();
  const close = async () => {
    for (const handle of handles) await handle.close();
  };
  try {
    for (const reader of new Set(readers)) {
      const descriptors = new Map<string, number>();
      for (const name of reader.located.weights) {
        const handle = await open(join(reader.located.folder, name));
        handles.push(handle);
        descriptors.set(name, handle.fd);
      }
      opened.set(reader, descriptors);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    of(name) {
      return readers.map((reader) => {
        const tensor = reader.tensors.get(name);
        const fd = opened.get(reader)?.get(tensor?.file ?? '');
        if (tensor === undefined || fd === undefined) throw new RangeError(`${reader.path} has no tensor ${name}.`);
        return { fd, position: tensor.position };
      });
    },
    [Symbol.asyncDispose]: close,
  };
}
