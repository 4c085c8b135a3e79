/** @file How each row of the table of methods that look at data is cooked. */
import type { JsonObject } from '../../json.js';
import type { Chosen, DataPantry } from './cook-on-data.js';
import { type DataMethod, type DataMethodName, dataMethods } from './data-methods.js';
import { drawFiles, learnFiles, seasonFiles } from './learn-files.js';
import { mixByFisher, mixByRegression } from './measure-files.js';
import { searchFiles } from './search-files.js';
import { searches } from './searches.js';

type Cook = (given: JsonObject, pantry: DataPantry) => Promise<Chosen>;

/** Total: a new row of the table is no program without one here. */
export const cooks: { readonly [Name in DataMethodName]: Cook } = {
  greedy: searched('greedy'),
  'random-order': searched('random-order'),
  greedier: searched('greedier'),
  pruned: searched('pruned'),
  learned: cook(dataMethods.learned, learnFiles),
  'instant-seasoning': cook(dataMethods['instant-seasoning'], drawFiles),
  'self-seasoning': cook(dataMethods['self-seasoning'], seasonFiles),
  fisher: cook(dataMethods.fisher, mixByFisher),
  regmean: cook(dataMethods.regmean, mixByRegression),
};

function searched(name: keyof typeof searches): Cook {
  return (given, pantry) => searchFiles(pantry, searches[name](given, pantry.seed));
}

function cook<Parameters extends JsonObject>(
  method: DataMethod<Parameters>,
  run: (parameters: Parameters, pantry: DataPantry) => Promise<Chosen>,
): Cook {
  return (given, pantry) => run(method.complete(given), pantry);
}
