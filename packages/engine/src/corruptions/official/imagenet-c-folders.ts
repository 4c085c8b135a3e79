import { imagenetC } from '../imagenet-c.js';
import { imagenetCBar } from '../imagenet-c-bar.js';
import { type FolderLayout, type FolderSetOptions, listFolderSet } from './folder-set.js';
import type { OfficialSet } from './official-set.js';

/** The published names: the generated suite's, with the frost that is made of photographs. */
const names = Object.keys(imagenetC).map((name) => (name === 'synthetic_frost' ? 'frost' : name));
const TESTED_ON = 15;

const imagenetCLayout: FolderLayout = {
  protocol: 'imagenet-c-official',
  title: 'ImageNet-C',
  required: names.slice(0, TESTED_ON),
  optional: names.slice(TESTED_ON),
  severityFolder: String,
  classes: null,
};

const barLayout: FolderLayout = {
  protocol: 'imagenet-c-bar-official',
  title: 'ImageNet-C-bar',
  required: Object.keys(imagenetCBar),
  optional: [],
  severityFolder: String,
  classes: null,
};

/** The files of ImageNet-C (and of its kin with the same folders): `gaussian_noise/1/n01440764/….JPEG`. */
export function listImagenetC(folder: string, options?: FolderSetOptions): Promise<OfficialSet> {
  return listFolderSet(folder, imagenetCLayout, options);
}

/** The files of ImageNet-C-bar, in folders like those of ImageNet-C; severities are numbered 1 to 5. */
export function listImagenetCBar(folder: string, options?: FolderSetOptions): Promise<OfficialSet> {
  return listFolderSet(folder, barLayout, options);
}
