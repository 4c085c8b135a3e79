import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { openSafetensors } from '@stockpot/engine/checkpoints';
import Table from 'cli-table3';
import { printable } from '../printable.js';
import { size, whole } from '../progress/format.js';
import { unreadable } from '../read-recipe.js';

const SHOWN_METADATA = 400;

/** Prints what a safetensors file holds. Only its header and its bytes' hash are read; nothing in it is executed. */
export async function inspectCommand(file: string, { json }: { readonly json?: boolean }): Promise<void> {
  const { size: bytes } = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  await using checkpoint = await openSafetensors(file);
  const tensors = [...checkpoint.entries].map(([name, { dtype, shape, begin, end }]) => ({
    name,
    dtype,
    shape,
    bytes: end - begin,
  }));
  const numbers = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
  const sha256 = await hashFile(file);
  const metadata = Object.fromEntries(checkpoint.metadata);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ file, sha256, bytes, numbers, metadata, tensors }, null, 2)}\n`);
    return;
  }
  const table = new Table({
    head: ['tensor', 'dtype', 'shape', 'size'],
    colAligns: ['left', 'left', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const tensor of tensors) {
    table.push([printable(tensor.name), tensor.dtype, `[${tensor.shape.join(', ')}]`, size(tensor.bytes)]);
  }
  process.stdout.write(`${table.toString()}\n`);
  for (const [key, value] of checkpoint.metadata)
    process.stdout.write(`${printable(key)}: ${shortened(printable(value))}\n`);
  process.stdout.write(
    `${whole(tensors.length)} ${tensors.length === 1 ? 'tensor' : 'tensors'}, ${whole(numbers)} numbers, ${size(bytes)}\nsha256 ${sha256}\n`,
  );
}

function shortened(text: string): string {
  return text.length > SHOWN_METADATA ? `${text.slice(0, SHOWN_METADATA)}… (${whole(text.length)} characters)` : text;
}

async function hashFile(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) digest.update(chunk);
  return digest.digest('hex');
}
