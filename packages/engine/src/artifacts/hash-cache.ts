import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { hashFile } from '../checkpoints/locate.js';
import { sha256Hex } from '../json.js';
import { writeFileAtomically } from './file-store.js';
import { makeFolder } from './make-folder.js';

/**
 * A file that was written less than this before it was hashed may be written again without its times telling: file systems
 * count them in steps, the coarsest in two seconds. Such a hash is not kept.
 */
const RACY_MS = 2000;
/** Smaller files are read at once, which is several times as fast as by parts. */
const WHOLE_BYTES = 2 ** 20;
const HEADER = 'stockpot file hashes 2';

/** What a file was like when it was hashed. Its time of change no program can set, so that contents do not change under it. */
interface Mark {
  /** Size, times of writing and of change in nanoseconds, number of the file and of its device. */
  readonly stat: string;
  readonly sha256: string;
}

/**
 * SHA-256 of files, remembered as long as nothing of a file's size, times and identity changes. A hash that is not known for
 * sure is computed: the memory only saves time.
 */
export class HashCache {
  readonly #file: string;
  readonly #known: Map<string, Mark>;
  readonly #asked = new Map<string, Mark>();
  #changed = false;
  /** How many files had to be read. */
  hashed = 0;

  private constructor(file: string, known: Map<string, Mark>) {
    this.#file = file;
    this.#known = known;
  }

  /** @param file where hashes are remembered; one that is not there, or not readable as such, remembers nothing */
  static async open(file: string): Promise<HashCache> {
    const text = await readFile(file, 'utf8').catch(() => '');
    return new HashCache(file, parse(text));
  }

  /** Throws what reading the file throws. */
  async of(path: string): Promise<string> {
    const place = resolve(path);
    const before = await markOf(place);
    const known = this.#asked.get(place) ?? this.#known.get(place);
    if (known?.stat === before.stat) {
      this.#asked.set(place, known);
      return known.sha256;
    }
    const started = Date.now();
    const sha256 = before.bytes > WHOLE_BYTES ? await hashFile(place) : sha256Hex(await readFile(place));
    this.hashed++;
    this.#changed = true;
    const after = await markOf(place);
    // Also of a file from the future, by a clock that is not this machine's.
    if (before.stat === after.stat && started - after.latest > RACY_MS) {
      this.#asked.set(place, { stat: after.stat, sha256 });
    }
    return sha256;
  }

  /**
   * Remembers what is known. Errors of writing are not told: the next call computes hashes again.
   *
   * @param most how many of the files that were not asked for stay remembered
   */
  async save(most = 0): Promise<void> {
    // Who asked for nothing knows nothing of what others ask for.
    if (this.#asked.size === 0) return;
    const others = [...this.#known].filter(([path]) => !this.#asked.has(path));
    if (!this.#changed && others.length <= most) return;
    const kept = [...(most === 0 ? [] : others.slice(-most)), ...this.#asked];
    const lines = kept.map(([path, { stat, sha256 }]) => `${sha256} ${stat} ${JSON.stringify(path)}`);
    try {
      await makeFolder(dirname(this.#file));
      await writeFileAtomically(this.#file, `${[HEADER, ...lines].join('\n')}\n`);
    } catch {
      // It costs time, and nothing else.
    }
  }
}

async function markOf(
  path: string,
): Promise<{ readonly stat: string; readonly latest: number; readonly bytes: number }> {
  const { size, mtimeNs, ctimeNs, ino, dev } = await stat(path, { bigint: true });
  const latest = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
  return { stat: `${size}:${mtimeNs}:${ctimeNs}:${ino}:${dev}`, latest, bytes: Number(size) };
}

function parse(text: string): Map<string, Mark> {
  const [header, ...lines] = text.split('\n');
  const known = new Map<string, Mark>();
  if (header !== HEADER) return known;
  for (const line of lines) {
    const [, sha256, stat, path] = /^([0-9a-f]{64}) ([\d:-]+) (".*")$/.exec(line) ?? [];
    if (sha256 !== undefined && stat !== undefined && path !== undefined) known.set(asPath(path), { stat, sha256 });
  }
  return known;
}

function asPath(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return '';
  }
}
