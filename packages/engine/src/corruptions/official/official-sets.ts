import type { CorruptionSuiteName } from '../../recipe/parameters.js';
import { listCifarC } from './cifar-c-arrays.js';
import { listImagenetC, listImagenetCBar } from './imagenet-c-folders.js';
import { listLaionC } from './laion-c-folders.js';
import { listMnistC } from './mnist-c-arrays.js';
import type { OfficialOptions, OfficialSet } from './official-set.js';

/** How the official files of each suite are listed. Total: a suite without a reader does not compile. */
export const officialSets: {
  readonly [Suite in CorruptionSuiteName]: (folder: string, options?: OfficialOptions) => Promise<OfficialSet>;
} = {
  'mnist-c': listMnistC,
  'imagenet-c': listImagenetC,
  'cifar-c': listCifarC,
  'imagenet-c-bar': listImagenetCBar,
  'laion-c': listLaionC,
};
