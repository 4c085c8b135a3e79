import { imagenetC } from '../imagenet-c.js';
import { imagenetCBar } from '../imagenet-c-bar.js';
import { type FolderLayout, listFolderSet } from './folder-set.js';
import type { OfficialOptions, OfficialSet } from './official-set.js';
import { publishedNames } from './published-names.js';

const imagenetCLayout: FolderLayout = {
  protocol: 'imagenet-c-official-1',
  title: 'ImageNet-C',
  ...publishedNames(imagenetC),
  severityFolder: String,
  classes: null,
};

const barLayout: FolderLayout = {
  protocol: 'imagenet-c-bar-official-1',
  title: 'ImageNet-C-bar',
  required: Object.keys(imagenetCBar),
  optional: [],
  severityFolder: String,
  classes: null,
};

/** The files of ImageNet-C (and of its kin with the same folders): `gaussian_noise/1/n01440764/….JPEG`. */
export function listImagenetC(folder: string, options?: OfficialOptions): Promise<OfficialSet> {
  return listFolderSet(folder, imagenetCLayout, options);
}

/** The files of ImageNet-C-bar, in folders like those of ImageNet-C; severities are numbered 1 to 5. */
export function listImagenetCBar(folder: string, options?: OfficialOptions): Promise<OfficialSet> {
  return listFolderSet(folder, barLayout, options);
}
