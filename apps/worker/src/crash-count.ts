import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'attempts.json';
const recordSchema = z.object({ starts: z.number().int().min(1), evidence: z.string() });

/**
 * How often a step was begun in its scratch folder without coming to an end and without getting any further: every such
 * beginning took its engine or its whole worker down. A step that wrote a newer checkpoint meanwhile starts from one
 * again, so that a long training survives any number of power cuts, and one that cannot run does not loop for ever.
 * (DBOS counts recoveries too, but a resumed workflow starts its count anew.)
 */
export class CrashCount {
  readonly #scratch: string;

  constructor(scratch: string) {
    this.#scratch = scratch;
  }

  /** Notes a beginning on disk, before the work. Returns which one it is, from 1. */
  async begin(): Promise<number> {
    await mkdir(this.#scratch, { recursive: true });
    const evidence = await this.#evidence();
    const before = await this.#read();
    const starts = before !== undefined && before.evidence === evidence ? before.starts + 1 : 1;
    await writeFile(this.#path, JSON.stringify({ starts, evidence }), { flush: true });
    return starts;
  }

  /** The work ended in an orderly way, whatever its outcome: this beginning does not count. */
  async end(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  get #path(): string {
    return join(this.#scratch, FILE);
  }

  async #read(): Promise<z.infer<typeof recordSchema> | undefined> {
    try {
      return recordSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** Changes when the step has written something of its own. */
  async #evidence(): Promise<string> {
    const digest = createHash('sha256');
    for (const name of (await readdir(this.#scratch)).sort()) {
      if (name === FILE) continue;
      const { size, mtimeMs } = await stat(join(this.#scratch, name));
      digest.update(`${name}\n${size}\n${mtimeMs}\n`);
    }
    return digest.digest('hex');
  }
}
