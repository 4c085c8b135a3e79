import { resolve } from 'node:path';
import {
  type AnalysisPlace,
  assertCount,
  type ChosenSoup,
  CookedRun,
  comparedModel,
  only,
  openFilesSubject,
  type RunPlaceOptions,
  readCertifiedSearch,
  shortNames,
} from '@stockpot/engine/analysis';
import { knownFromTrace, soupKey } from '@stockpot/engine/analysis/documents';
import { defaultHome } from '@stockpot/engine/process';
import { UsageError } from '../failure.js';
import type { PlaceOptions } from './define-analysis.js';
import type { AnalyseContext } from './place.js';

/** Checkpoints and a folder of examples; for questions about a search a soup of files, whose certificate holds what it saw. */
export function filesPlace(
  paths: readonly string[],
  options: PlaceOptions,
  running: RunPlaceOptions,
  { progress }: Pick<AnalyseContext, 'progress'>,
): AnalysisPlace {
  const { stock } = options;
  // The stock is called as the others are, so that names stay apart.
  const names = shortNames([...paths, ...(stock === undefined ? [] : [stock])]);
  const openPool: AnalysisPlace['openPool'] = async ({ least, most, anyOrigin = false }) => {
    assertCount(paths, least, most);
    const { data, format, split, count, seed } = options;
    if (data === undefined) {
      throw new UsageError(
        'The checkpoints have to be asked about examples, and none were given.',
        'Name a folder of labelled images or texts with --data DIR, or a cooked folder in place of checkpoints.',
      );
    }
    return await openFilesSubject({
      ...running,
      anyOrigin,
      paths,
      data,
      read: {
        ...(format === undefined ? {} : { format }),
        ...(split === undefined ? {} : { split }),
        ...(count === undefined ? {} : { count }),
        ...(seed === undefined ? {} : { seed }),
        ...(options.cache ? { home: options.home === undefined ? defaultHome() : resolve(options.home) } : {}),
      },
      onExamples: (done, total) => progress.doing('reading examples', done, total),
    });
  };
  return {
    signal: running.signal,
    ...(running.onDoing === undefined ? {} : { onDoing: running.onDoing }),
    openPool,
    baseline: async () => undefined,
    costs: () => undefined,
    checkpoints: () => paths.map((path, index) => ({ name: names[index] ?? path, path })),
    stock: () => (stock === undefined ? null : { name: names.at(-1) ?? stock, path: stock }),
    async compared() {
      await using pool = await openPool({ least: 2, most: 2 });
      const of = async (place: number) => comparedModel(pool.models[place] ?? '', await pool.answers(only(place, 2)));
      return { models: [await of(0), await of(1)], examined: pool.examined };
    },
    search: () => certifiedSoup(paths, options),
  };
}

/** Of a soup of files what its certificate tells is known, and nobody can be asked for more. */
async function certifiedSoup(words: readonly string[], { recipe }: PlaceOptions): Promise<ChosenSoup> {
  const [path = '.stockpot', ...others] = words;
  const certified = others.length > 0 ? null : await readCertifiedSearch(path);
  if (certified === null) {
    // For the sentence about what is wrong with the folder.
    await CookedRun.open(path, recipe);
    throw new UsageError(`${path} is neither a cooked folder nor a soup of files.`, 'Name one of the two.');
  }
  const { models, scores, alike, trace } = certified;
  return {
    ...certified,
    learningRates: null,
    alone: async () => ({ scores }),
    async barriers() {
      throw new UsageError(
        'The barriers of a soup of files take its ingredients and examples, which its certificate does not hold.',
        'Measure them with stockpot analyse barriers.',
      );
    },
    async openScores(metric, evaluate) {
      if (evaluate || metric !== 'accuracy') {
        throw new UsageError(
          'The certificate of a soup of files holds the accuracies that its search found, and nothing else.',
          evaluate
            ? 'Cook it again with stockpot soup: scores that are known are not evaluated again.'
            : 'Leave --metric out.',
        );
      }
      const known = knownFromTrace(trace, models.length, alike);
      let used = 0;
      return {
        scores,
        alike,
        async find(wanted) {
          const found = known.get(soupKey(wanted, alike)) ?? null;
          if (found !== null) used++;
          return found;
        },
        evaluations: () => ({ measured: 0, known: used }),
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
  };
}
