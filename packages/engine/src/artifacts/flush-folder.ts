import { open } from 'node:fs/promises';

/** Makes the names of a folder durable: without it a file that was renamed may be lost when the machine stops. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
