import type { StepRecord } from '../../artifacts/step-index.js';
import { CancelledError } from '../../errors.js';
import type { JsonObject } from '../../json.js';
import { LocalHome } from '../../process/home.js';
import { externalInputHashes, resolveSource } from '../../process/sources.js';
import { deviceClassOf } from '../../recipe/device-class.js';
import { stepKey } from '../../recipe/step-key.js';
import type { DeviceName } from '../../runtime/device-names.js';
import type { InputArtifact, StepContext, StepDefinition } from '../../steps/definition.js';

export interface KitchenOptions {
  /** Where results are kept, for the next soup too; `defaultHome()`. */
  readonly home: string;
  readonly threads: number;
  readonly device: DeviceName;
  readonly signal: AbortSignal;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** A result that may have been there already. */
export interface Cooked {
  readonly record: StepRecord;
  readonly reused: boolean;
}

type Inputs = Readonly<Record<string, readonly InputArtifact[]>>;

/**
 * The place where a soup of files is chosen: it runs steps as a recipe would, in this process, and remembers their results under
 * keys of content, so that the next soup does nothing twice. Hold it with `await using`.
 */
export class DataKitchen implements AsyncDisposable {
  readonly #home: LocalHome;
  readonly options: KitchenOptions;

  private constructor(home: LocalHome, options: KitchenOptions) {
    this.#home = home;
    this.options = options;
  }

  /** Throws HomeInUseError while another process cooks there, StoreUnwritableError when nothing can be written. */
  static async open(options: KitchenOptions): Promise<DataKitchen> {
    return new DataKitchen(await LocalHome.open(options.home), options);
  }

  get folder(): string {
    return this.#home.root;
  }

  /** The result under a key, if there is one. */
  known(key: string): Promise<StepRecord | undefined> {
    return this.#home.index.get(key);
  }

  async remember(key: string, record: StepRecord): Promise<void> {
    await this.#home.index.put(key, record);
  }

  /** A result of an earlier step as the input of the next. */
  artifact(record: StepRecord, output: string): InputArtifact {
    const hash = record.outputs[output]?.hash;
    if (hash === undefined) throw new RangeError(`The step ${record.kind} has no output ${output}.`);
    return { hash, path: this.#home.store.path(hash) };
  }

  /** Runs a step, unless its result is there: by its parameters, what it reads from outside, and its inputs. */
  async cook(definition: StepDefinition, parameters: JsonObject, inputs: Inputs = {}): Promise<Cooked> {
    const { kind } = definition;
    const outside = await externalInputHashes(
      { kind, parameters },
      { base: process.cwd(), confined: false, hashesIn: this.#home.root },
    );
    const hashes = Object.fromEntries(
      Object.entries(inputs).map(([role, list]) => [role, list.map(({ hash }) => hash)]),
    );
    const key = stepKey({ kind, parameters }, { ...hashes, ...outside }, deviceClassOf(kind, this.options.device));
    const known = await this.known(key);
    if (known !== undefined) return { record: known, reused: true };
    const record = await this.run(definition, parameters, inputs, key);
    await this.remember(key, record);
    return { record, reused: false };
  }

  /** Runs a step and remembers nothing. */
  async run(definition: StepDefinition, parameters: JsonObject, inputs: Inputs, key: string): Promise<StepRecord> {
    if (this.options.signal.aborted) throw new CancelledError('The soup');
    const scratch = await this.#home.scratch(key);
    try {
      const { outputs, summary } = await definition.execute(parameters, this.context(inputs, scratch));
      return { kind: definition.kind, outputs, summary };
    } finally {
      await this.#home.removeScratch(key);
    }
  }

  /** What a step is given here. */
  context(inputs: Inputs, scratch: string): StepContext {
    const { threads, device, signal, onProgress } = this.options;
    return {
      inputs,
      scratch,
      threads,
      device,
      signal,
      store: this.#home.store,
      reporter: {
        metric: () => undefined,
        progress: ({ done, total, unit }) => onProgress?.(unit, done, total),
      },
      resolveSource: (source, kind) => resolveSource(source, { base: process.cwd(), confined: false }, kind),
    };
  }

  /** A folder for files that nobody needs afterwards; it goes when `use` has ended. */
  async withScratch<Result>(name: string, use: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = await this.#home.scratch(name);
    try {
      return await use(folder);
    } finally {
      await this.#home.removeScratch(name);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#home.close();
  }
}
