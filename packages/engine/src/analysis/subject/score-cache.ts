import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../artifacts/file-store.js';
import { keepNewest } from '../../artifacts/keep-newest.js';
import { makeFolder } from '../../artifacts/make-folder.js';
import { hashJson } from '../../json.js';
import { IMAGE_DECODER_NAME } from '../../recipe/dataset-format.js';
import { deviceClassOf } from '../../recipe/device-class.js';
import { NUMERICS_VERSION } from '../../recipe/step-key.js';
import type { DeviceName } from '../../runtime/device-names.js';
import type { Score } from '../mixtures/score.js';
import { reduced, type Shares } from '../mixtures/shares.js';

/** Scores that stay, those used last: a block of the disk each, 200 MB. */
const MOST = 50_000;

const stored = z.object({
  format: z.literal('stockpot-score'),
  version: z.literal(1),
  loss: z.number().min(0),
  error: z.number().min(0).max(1),
});

/** What a score depends on, beside the shares. */
export interface ScoredOn {
  /** SHA-256 of each ingredient's content, in the order of the shares. */
  readonly ingredients: readonly string[];
  /** SHA-256 that names the examples and their order. */
  readonly examples: string;
  /** Of encoded images, where `examples` does not say it: SHA-256 over what they were decoded to, upright or as stored. */
  readonly pixels?: string;
  readonly device: DeviceName;
}

/** Where a home keeps them. */
export function scoresFolder(home: string): string {
  return join(home, 'analyses', 'scores');
}

/** Scores of mixtures that were evaluated before, by analyses or for soups: one small file each, by what they depend on. */
export class ScoreCache {
  #writable = true;
  #tidied = false;

  /**
   * @param onUnwritable told once, with the error, when the folder cannot be written: the analysis goes on without
   * @param most files that are found at the first writing and stay
   */
  constructor(
    readonly folder: string,
    readonly onUnwritable: (error: unknown) => void = () => undefined,
    readonly most: number = MOST,
  ) {}

  /** Undefined for what is not there, and for a file that is damaged. */
  async get(shares: Shares, on: ScoredOn): Promise<Score | undefined> {
    const text = await readFile(this.#file(shares, on), 'utf8').catch(() => '');
    const parsed = stored.safeParse(parseJson(text));
    return parsed.success ? { loss: parsed.data.loss, error: parsed.data.error } : undefined;
  }

  async put(shares: Shares, on: ScoredOn, { loss, error }: Score): Promise<void> {
    if (!this.#writable) return;
    try {
      await makeFolder(this.folder);
      if (!this.#tidied) await keepNewest(this.folder, { pattern: /^[0-9a-f]{64}\.json$/, used: [], most: this.most });
      this.#tidied = true;
      const text = JSON.stringify({ format: 'stockpot-score', version: 1, loss, error });
      await writeFileAtomically(this.#file(shares, on), `${text}\n`);
    } catch (cause) {
      this.#writable = false;
      this.onUnwritable(cause);
    }
  }

  #file(shares: Shares, on: ScoredOn): string {
    return join(this.folder, `${scoreKey(shares, on)}.json`);
  }
}

/** One key for all ways to say the same mixture of the same files: order, a common factor and equal files do not matter. */
export function scoreKey(shares: Shares, { ingredients, examples, pixels, device }: ScoredOn): string {
  const parts = new Map<string, number>();
  for (const [index, share] of reduced(shares).entries()) {
    const ingredient = ingredients[index] ?? '';
    if (share !== 0) parts.set(ingredient, (parts.get(ingredient) ?? 0) + share);
  }
  const sorted = [...parts].sort(([a], [b]) => (a < b ? -1 : 1));
  const whole = reduced(sorted.map(([, share]) => share));
  return hashJson({
    mixture: sorted.map(([ingredient], index) => [ingredient, whole[index] ?? 0]),
    examples,
    ...(pixels === undefined ? {} : { pixels }),
    device: deviceClassOf('evaluate', device),
    numerics: NUMERICS_VERSION,
    // Another decoder may round pixels differently, and the hash of encoded examples is of their files.
    decoder: IMAGE_DECODER_NAME,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
