import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OnnxError } from './errors.js';
import { FolderData } from './external-data.js';
import { type OnnxModel, type ReadOptions, readOnnx } from './model.js';

/** A protobuf message is smaller than this; larger models keep their tensors in other files. */
const LARGEST_FILE = 2 ** 31;

/** Reads a model and, from the same folder, the tensors that it keeps outside of itself. Throws OnnxError. */
export async function readOnnxFile(path: string, options: Omit<ReadOptions, 'external'> = {}): Promise<OnnxModel> {
  const handle = await open(path).catch((cause: unknown) => {
    throw new OnnxError(`${path} cannot be opened.`, 'Check that it is there and readable.', { cause });
  });
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new OnnxError(`${path} is not a file.`, 'Give the .onnx file itself.');
    if (status.size >= LARGEST_FILE) {
      throw new OnnxError(
        `${path} has ${status.size} bytes; an ONNX file has less than 2 GiB.`,
        'Check which file you meant.',
      );
    }
    return readOnnx(await handle.readFile(), { ...options, external: new FolderData(dirname(path)) });
  } finally {
    await handle.close();
  }
}
