import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson, type JsonObject } from '../json.js';
import { type FileArtifactStore, writeFileAtomically } from './file-store.js';
import { makeFolder } from './make-folder.js';
import { ArtifactCorruptError, ArtifactMissingError, type StepOutput } from './store.js';

/** The result of a step as it is remembered under its key. */
export interface StepRecord {
  readonly kind: string;
  readonly outputs: Readonly<Record<string, StepOutput>>;
  readonly summary: JsonObject;
}

/** Step key → result. */
export interface StepIndex {
  /** The result of the step, all its blobs there and verified; undefined when it has to be run. */
  get(key: string): Promise<StepRecord | undefined>;
  /** Remembers a result whose blobs are stored. */
  put(key: string, record: StepRecord): Promise<void>;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const stepRecord = z.strictObject({
  format: z.literal('stockpot-step'),
  version: z.literal(1),
  key: sha256,
  kind: z.string(),
  outputs: z.record(z.string(), z.strictObject({ hash: sha256, bytes: z.int().min(0), mediaType: z.string() })),
  summary: z.record(z.string(), z.json()),
});

/** One JSON file a step, `<folder>/<key>.json`, written after its blobs: what it names is there. */
export class FileStepIndex implements StepIndex {
  readonly #folder: string;
  readonly #store: FileArtifactStore;

  private constructor(folder: string, store: FileArtifactStore) {
    this.#folder = folder;
    this.#store = store;
  }

  static async open(folder: string, store: FileArtifactStore): Promise<FileStepIndex> {
    await makeFolder(folder);
    return new FileStepIndex(folder, store);
  }

  async get(key: string): Promise<StepRecord | undefined> {
    const text = await readFile(this.#file(key), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const record = parse(text);
    if (record?.key !== key) return undefined;
    try {
      for (const { hash } of Object.values(record.outputs)) await this.#store.verify(hash);
    } catch (error) {
      if (!(error instanceof ArtifactCorruptError || error instanceof ArtifactMissingError)) throw error;
      // The step runs once more, and its record is written anew.
      await rm(this.#file(key), { force: true });
      return undefined;
    }
    return { kind: record.kind, outputs: record.outputs, summary: record.summary };
  }

  async put(key: string, { kind, outputs, summary }: StepRecord): Promise<void> {
    const record = { format: 'stockpot-step', version: 1, key, kind, outputs: { ...outputs }, summary };
    await writeFileAtomically(this.#file(key), `${canonicalJson(toJson(record))}\n`);
  }

  #file(key: string): string {
    if (!/^[0-9a-f]{64}$/.test(key)) throw new TypeError(`'${key.slice(0, 80)}' is not a step key.`);
    return join(this.#folder, `${key}.json`);
  }
}

/** A record that another version wrote, or that a crash of the disk damaged, is no record: the step runs again. */
function parse(text: string): z.infer<typeof stepRecord> | undefined {
  try {
    const parsed = stepRecord.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function toJson(
  record: Omit<z.input<typeof stepRecord>, 'format' | 'version' | 'summary'> & { summary: JsonObject },
): JsonObject {
  return { ...record };
}
