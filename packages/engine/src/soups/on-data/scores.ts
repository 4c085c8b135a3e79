import { readFile } from 'node:fs/promises';
import { accuracyOf } from '../../analysis/documents/measured-pool.js';
import type { ScoreCache, ScoredOn } from '../../analysis/subject/score-cache.js';
import type { StepRecord } from '../../artifacts/step-index.js';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { parseManifest } from '../../data/manifest.js';
import { type EvaluationDocument, readEvaluation, top1Of } from '../../evaluation/evaluation-document.js';
import { hashJson, type JsonObject } from '../../json.js';
import { ARCHITECTURE_KEY, CLASSES_KEY, classesOf, PREPROCESSING_KEY } from '../../models/metadata.js';
import { textMetadata } from '../../models/text/text-checkpoint.js';
import { IMAGE_DECODER_NAME } from '../../recipe/dataset-format.js';
import { deviceClassOf } from '../../recipe/device-class.js';
import { stepKey } from '../../recipe/step-key.js';
import { evaluate } from '../../steps/evaluate.js';
import type { SoupCertificate } from '../certificate.js';
import type { Found } from '../choosing/evaluations.js';
import { SoupError } from '../errors.js';
import { hashCheckpointTensors } from '../streaming/hash-tensors.js';
import type { RegisteredExamples } from './examples.js';
import { type ModelWords, withHouseCopy } from './house-copy.js';
import type { DataKitchen } from './kitchen.js';

const PARAMETERS = { predictor: 'checkpoint' } as const;

/** Scores of mixtures that any command left in the home, and what they are scores on. */
export interface SharedScores {
  readonly cache: ScoreCache;
  readonly on: Omit<ScoredOn, 'ingredients'>;
}

/** Top-1 of checkpoints on some examples, each content evaluated once, in this run and in all that use the same home. */
export class Scores {
  readonly #kitchen: DataKitchen;
  readonly #examples: RegisteredExamples;
  readonly #words: ModelWords | null;
  readonly #shared: SharedScores | null;
  #evaluated = 0;

  /**
   * @param words what else than the files says which model they are
   * @param shared null where files alone do not say which model they are: nobody else would ask the same
   */
  constructor(
    kitchen: DataKitchen,
    examples: RegisteredExamples,
    words: ModelWords | null,
    shared: SharedScores | null = null,
  ) {
    this.#kitchen = kitchen;
    this.#examples = examples;
    this.#words = words;
    this.#shared = shared;
  }

  /** Networks that were run; the others were known. */
  get evaluated(): number {
    return this.#evaluated;
  }

  /**
   * The score of some content, if it is known, to a soup or to an analysis.
   *
   * @param members contents that the mean of has this content, each as often as it counts; left out, it is a file's own
   */
  async recall(content: string, members: readonly string[] = [content]): Promise<number | undefined> {
    const record = await this.#kitchen.known(this.#key(content));
    return record === undefined ? this.#recallShared(members) : this.#scoreIn(record);
  }

  async #recallShared(members: readonly string[]): Promise<number | undefined> {
    if (this.#shared === null) return undefined;
    const { cache, on } = this.#shared;
    const found = await cache.get(equal(members), { ...on, ingredients: members });
    return found === undefined ? undefined : accuracyOf(found, this.#examples.certified.n);
  }

  /** The score of an ingredient. */
  async ofFile(path: string, content: string): Promise<Found> {
    const record = await this.#kitchen.known(this.#key(content));
    if (record !== undefined) return { score: await this.#scoreIn(record), cached: true };
    const shared = await this.#recallShared([content]);
    if (shared !== undefined) {
      // Whoever asked before may have called the classes of the same examples otherwise.
      await assertAnswers(path, path, this.#examples);
      return { score: shared, cached: true };
    }
    await using reader = await openCheckpoint(path);
    return this.ofWeights(path, content, await hashCheckpointTensors(reader));
  }

  /**
   * The score of a checkpoint whose tensors are hashed: two files with equal weights have one score.
   *
   * @param content by which it is asked for again
   * @param members as `recall` has them
   */
  async ofWeights(
    path: string,
    content: string,
    tensors: SoupCertificate['tensors'],
    members: readonly string[] = [content],
  ): Promise<Found> {
    const [key, same] = [this.#key(content), this.#key(hashJson({ tensors, model: await descriptionOf(path) }))];
    const known = await this.#kitchen.known(same);
    const record = known ?? (await this.#run(path, key));
    if (known === undefined) await this.#kitchen.remember(same, record);
    await this.#kitchen.remember(key, record);
    await this.#share(record, members);
    return { score: await this.#scoreIn(record), cached: known !== undefined };
  }

  #key(content: string): string {
    const { benchmark } = this.#examples;
    const words = this.#words === null ? {} : { words: [hashOf(this.#words)] };
    return stepKey(
      { kind: 'evaluate', parameters: PARAMETERS },
      // Encoded images may be decoded, and are resized, otherwise by another decoder.
      { model: [content], benchmark: [benchmark.hash], decoder: [IMAGE_DECODER_NAME], ...words },
      deviceClassOf('evaluate', this.#kitchen.options.device),
    );
  }

  async #run(path: string, key: string): Promise<StepRecord> {
    const { benchmark, dataset } = this.#examples;
    this.#evaluated++;
    return withHouseCopy(this.#kitchen, path, this.#words, async (file) => {
      await assertAnswers(file, path, this.#examples);
      // A step knows its inputs by their content; this file has no name in the store.
      const model = { hash: key, path: file };
      return this.#kitchen.run(
        evaluate,
        PARAMETERS,
        { model: [model], benchmark: [benchmark], dataset: [dataset] },
        key,
      );
    });
  }

  async #scoreIn(record: StepRecord): Promise<number> {
    return top1Of(await this.#evaluationIn(record));
  }

  #evaluationIn(record: StepRecord): Promise<EvaluationDocument> {
    const { path } = this.#kitchen.artifact(record, 'evaluation');
    return readEvaluation(path, this.#examples.benchmark.hash);
  }

  /** Leaves a score where analyses look for theirs. */
  async #share(record: StepRecord, members: readonly string[]): Promise<void> {
    if (this.#shared === null) return;
    const { cache, on } = this.#shared;
    const { top1, nll } = await this.#evaluationIn(record);
    if (top1 === null || nll === null) return;
    await cache.put(equal(members), { ...on, ingredients: members }, { loss: nll, error: 1 - top1 });
  }
}

/** Equal shares. */
function equal(members: readonly string[]): number[] {
  return members.map(() => 1);
}

/** What else than its weights a model's answers, and whether they are asked for, depend on: a text model's tokenizer, too. */
async function descriptionOf(path: string): Promise<JsonObject> {
  await using reader = await openCheckpoint(path);
  const words = [ARCHITECTURE_KEY, PREPROCESSING_KEY, CLASSES_KEY].map((key) => [
    key,
    reader.metadata.get(key) ?? null,
  ]);
  return { ...Object.fromEntries(words), ...textMetadata(reader.metadata) };
}

function hashOf({ description, documents }: ModelWords): string {
  return hashJson({
    description: description === null ? null : { ...description },
    documents: Object.fromEntries(documents),
  });
}

/** Refuses a head of other classes than the data have, or in another order, where both say them. */
async function assertAnswers(file: string, path: string, { classes, dataset }: RegisteredExamples): Promise<void> {
  await using reader = await openCheckpoint(file);
  const answers = reader.tensors.get('head.weight')?.shape[0];
  if (answers === 1) {
    throw new SoupError(
      `The head of ${path} answers one number, a score; soups are chosen by the share of right classes.`,
      'Give models that answer classes: sort the scores into some, and fine-tune on those.',
    );
  }
  if (answers !== undefined && answers !== classes) {
    throw new SoupError(
      `The head of ${path} answers ${answers} classes, and the data have ${classes}.`,
      'Give data with the classes that the ingredients were trained on.',
    );
  }
  const manifest = parseManifest(await readFile(dataset.path, 'utf8'), dataset.path);
  const [theirs, ours] = [manifest.version === 1 ? null : manifest.classNames, classesOf(reader.metadata, path)];
  const row = theirs === null || ours === null ? -1 : ours.findIndex((name, at) => name !== theirs[at]);
  if (row < 0) return;
  throw new SoupError(
    `Row ${row} of the head of ${path} answers the class '${ours?.[row]}', which in the data is '${theirs?.[row]}'.`,
    'Give data with the same classes in the same order.',
  );
}
