import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../artifacts/file-store.js';
import { hashFile, locateCheckpoint } from '../../checkpoints/locate.js';
import { contentOf } from '../certificate.js';

/** What a file was like when it was hashed: while nothing of it changes, nobody wrote to it. */
const entry = z.strictObject({ size: z.string(), changed: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const table = z.record(z.string(), entry);
const MOST = 10_000;

/** SHA-256 of weight files, remembered in a folder as long as the files' sizes and times of change are what they were. */
export class FileHashes {
  readonly #file: string;
  readonly #known: Map<string, z.infer<typeof entry>>;
  /** By absolute path: those that were asked for. */
  readonly found = new Map<string, string>();

  private constructor(file: string, known: Map<string, z.infer<typeof entry>>) {
    this.#file = file;
    this.#known = known;
  }

  static async open(folder: string): Promise<FileHashes> {
    const file = join(folder, 'file-hashes.json');
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return new FileHashes(file, new Map(Object.entries(readTable(text))));
  }

  /** The content of a checkpoint, of one file or of shards, as certificates name it. Throws CheckpointError. */
  async contentOf(path: string): Promise<string> {
    const { folder, weights } = await locateCheckpoint(path);
    const files: { name: string; bytes: number; sha256: string }[] = [];
    for (const name of weights) files.push({ name, bytes: 0, sha256: await this.#hash(resolve(folder, name)) });
    return contentOf(files);
  }

  async save(): Promise<void> {
    const entries = [...this.#known].slice(-MOST);
    await writeFileAtomically(this.#file, `${JSON.stringify(Object.fromEntries(entries))}\n`);
  }

  async #hash(path: string): Promise<string> {
    const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
    const mark = { size: String(size), changed: `${mtimeNs} ${ctimeNs} ${ino}` };
    const known = this.#known.get(path);
    const fits = known?.size === mark.size && known.changed === mark.changed;
    const sha256 = fits ? known.sha256 : await hashFile(path);
    this.#known.delete(path);
    this.#known.set(path, { ...mark, sha256 });
    this.found.set(path, sha256);
    return sha256;
  }
}

function readTable(text: string): z.infer<typeof table> {
  try {
    return table.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
