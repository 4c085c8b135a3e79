import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ScoreCache, scoresFolder } from '../../analysis/subject/score-cache.js';
import { holdsText } from '../../data/dataset.js';
import { parseManifest } from '../../data/manifest.js';
import { CancelledError } from '../../errors.js';
import type { JsonObject } from '../../json.js';
import { readDocuments } from '../../models/documents.js';
import { describeModel, isModel } from '../../models/metadata.js';
import { isHuggingFaceBert } from '../../models/text/huggingface-bert.js';
import { isTextModel } from '../../models/text/text-checkpoint.js';
import type { DatasetFormatName } from '../../recipe/dataset-format.js';
import type { CertifiedChoice, SoupCertificate } from '../certificate.js';
import { recorded, type Trial } from '../choosing/search.js';
import { SoupError } from '../errors.js';
import type { Mixture } from '../method.js';
import { mixingMethods } from '../methods/index.js';
import { assertSameStatistics, type OpenIngredients, openIngredients } from '../streaming/ingredients.js';
import { workforceFor } from '../streaming/workforce.js';
import { writeSoup } from '../streaming/write-soup.js';
import type { LearnedMix, SoupTrial } from '../trace.js';
import { CandidateFiles } from './candidate-files.js';
import { cooks } from './cooks.js';
import { type DataMethodName, dataMethods } from './data-methods.js';
import { type RegisteredExamples, registerExamples } from './examples.js';
import { FileHashes } from './file-hashes.js';
import { type ModelWords, readModelWords } from './house-copy.js';
import { DataKitchen, type KitchenOptions } from './kitchen.js';
import { assertSameConfiguration } from './same-configuration.js';
import { Scores } from './scores.js';
import { isSearch } from './searches.js';

export interface DataSoupOrder {
  readonly method: DataMethodName;
  readonly parameters?: JsonObject;
  /** Files, indexes of shards, or folders with either. */
  readonly ingredients: readonly string[];
  readonly output: string;
  /** A folder of data, how they lie in it, and which of the examples are looked at: 'val', 'train:1000', 'train:10%'. */
  readonly data: string;
  readonly format?: DatasetFormatName;
  readonly examples: string;
  /** A file that says which model the ingredients are, where they do not. */
  readonly model?: string;
  /** Of the draw of the examples, and of what the method draws; default: 0. */
  readonly seed?: number;
}

export interface DataSoupOptions extends KitchenOptions {
  readonly maxShardBytes?: number;
}

/** What a method that looks at data works with. */
export interface DataPantry {
  readonly kitchen: DataKitchen;
  readonly paths: readonly string[];
  readonly contents: readonly string[];
  readonly examples: RegisteredExamples;
  readonly scores: Scores;
  readonly candidates: CandidateFiles;
  readonly words: ModelWords | null;
  readonly seed: number;
}

/** What such a method found. */
export interface Chosen {
  readonly mixture: Mixture;
  /** Of each ingredient alone, where they were scored. */
  readonly scores?: readonly number[];
  /** Every candidate that was tried, with what it cost. */
  readonly trials?: readonly Trial[];
  readonly learned?: LearnedMix;
  /** Files with what was measured of each ingredient, where they are mixed by that. */
  readonly measured?: readonly string[];
  /** Top-1 of the soup, on the examples by which it was chosen; left out where it was not scored. */
  readonly score?: number;
  /** Of instant seasoning: which share of one half of the examples the nearest neighbours in the other half get right. */
  readonly neighbours?: number;
}

export interface DataSoup extends Chosen {
  readonly certificate: SoupCertificate;
  readonly examples: RegisteredExamples;
  /** Networks that were run over the examples to score: ingredients and candidates that nobody had scored before. */
  readonly evaluated: number;
}

/**
 * Makes a soup of files whose members or coefficients are chosen on data, with no recipe and no server. Nothing is written to
 * the output unless all of it is there; scores, registered data and the sums of large soups are kept in the home, by content.
 *
 * @throws SoupError, CheckpointError, DataFileError, DatasetError, EvaluationError for what does not fit; CancelledError
 */
export async function cookOnData(order: DataSoupOrder, options: DataSoupOptions): Promise<DataSoup> {
  const parameters = dataMethods[order.method].complete(order.parameters ?? {});
  const { seed = 0, ingredients: paths, output } = order;
  await using inputs = await openIngredients(paths, null);
  if (isSearch(order.method)) assertSameStatistics(inputs);
  if (order.model === undefined) await assertSameConfiguration(inputs.members);
  const { words, channels } = await understand(inputs, order.model);
  await using kitchen = await DataKitchen.open(options);
  const examples = await registerExamples(kitchen, {
    data: order.data,
    format: order.format ?? 'auto',
    from: order.examples,
    seed,
    ...(channels === 1 ? { channels } : {}),
  });
  await refuseOthers(inputs, words, examples);
  const hashes = await FileHashes.open(kitchen.folder);
  const contents: string[] = [];
  for (const path of paths) {
    if (options.signal.aborted) throw new CancelledError('The soup');
    contents.push(await hashes.contentOf(path));
  }
  await hashes.save();
  const mean = mixingMethods.uniform?.bind({}, paths.length);
  const workforce = mean === undefined ? undefined : await workforceFor(inputs, mean);
  try {
    const sums = [...inputs.types.values()].some(({ dtype }) => dtype === 'f32') ? join(kitchen.folder, 'sums') : null;
    const common = { paths, contents };
    const candidates = new CandidateFiles({
      ...common,
      hashes: hashes.found,
      workforce,
      signal: options.signal,
      folder: sums,
      growing: order.method !== 'pruned',
    });
    const shared = words === null ? await sharedScores(kitchen, examples) : null;
    const scores = new Scores(kitchen, examples, words, shared);
    const pantry: DataPantry = { kitchen, ...common, examples, scores, candidates, words, seed };
    const chosen = await cooks[order.method](parameters, pantry);
    const { mixture } = chosen;
    const certificate = await writeSoup(
      {
        method: mixture.method,
        parameters: mixture.parameters,
        ingredients: mixture.members.map((index) => paths[index] ?? ''),
        output,
        ...(chosen.measured === undefined ? {} : { measured: chosen.measured }),
      },
      {
        signal: options.signal,
        hashes: hashes.found,
        ...(workforce === undefined ? {} : { workforce }),
        ...(options.maxShardBytes === undefined ? {} : { maxShardBytes: options.maxShardBytes }),
        chosen: certified(order.method, parameters, pantry, chosen),
      },
    );
    return { ...chosen, certificate, examples, evaluated: scores.evaluated };
  } finally {
    await workforce?.[Symbol.asyncDispose]();
  }
}

/** Where analyses of the same files on the same examples keep their scores. */
async function sharedScores(kitchen: DataKitchen, { dataset, certified: { split } }: RegisteredExamples) {
  const manifest = parseManifest(await readFile(dataset.path, 'utf8'), dataset.path);
  const on = {
    examples: split,
    ...(manifest.version === 2 && manifest.content.kind === 'encoded' ? { pixels: manifest.content.pixelsHash } : {}),
    device: kitchen.options.device,
  };
  return { cache: new ScoreCache(scoresFolder(kitchen.folder)), on };
}

/** Which model the ingredients are: as they say, as `--model` says, or as the configuration beside the first of them. */
async function understand({ members: [first] }: OpenIngredients, model: string | undefined) {
  const house = first !== undefined && (isModel(first.metadata) || isTextModel(first.metadata));
  const words: ModelWords | null =
    model !== undefined
      ? await readModelWords(model)
      : house || first === undefined
        ? null
        : { description: null, documents: await readDocuments(first.located) };
  const ofImages = first !== undefined && isModel(first.metadata) && !isTextModel(first.metadata);
  const channels = ofImages ? channelsOf(first.metadata, first.path) : 3;
  return { words, channels };
}

/** Throws SoupError where texts are shown to models of images, or images to models of texts. */
async function refuseOthers(
  { members }: OpenIngredients,
  words: ModelWords | null,
  { dataset }: RegisteredExamples,
): Promise<void> {
  const hold = (await holdsText(dataset.path)) ? 'texts' : 'images';
  const documents = words?.documents ?? new Map<string, string>();
  // Of weights of which nothing says what they are, that is told when they are opened.
  const told = isHuggingFaceBert(documents) ? 'texts' : documents.has('config.json') ? 'images' : hold;
  for (const { metadata, path } of members) {
    const reads = isTextModel(metadata) ? 'texts' : isModel(metadata) ? 'images' : told;
    if (reads === hold) continue;
    throw new SoupError(
      `${path} is a model of ${reads}, and the data hold ${hold}.`,
      `Name data of ${reads} with --data, or models of ${hold}.`,
    );
  }
}

function channelsOf(metadata: ReadonlyMap<string, string>, path: string): number {
  return describeModel(metadata, path).architecture.channels;
}

function certified(
  method: DataMethodName,
  parameters: JsonObject,
  { paths, contents, examples }: DataPantry,
  { scores, trials, learned }: Chosen,
): CertifiedChoice {
  return {
    method,
    parameters,
    pool: [...contents],
    names: paths.map((path) => basename(resolve(path))),
    examples: examples.certified,
    ...(scores === undefined ? {} : { scores: [...scores] }),
    ...(trials === undefined ? {} : { trace: trials.map(lasting) }),
    ...(learned === undefined ? {} : { learned }),
  };
}

/** A trial as it is certified: what was known already depends on what was cooked before, and is no property of the soup. */
function lasting(trial: Trial): SoupTrial {
  const { cached: _, ...rest } = recorded(trial);
  return rest;
}
