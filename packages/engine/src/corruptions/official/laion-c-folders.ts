import { laionC as laionCGroups } from '../../evaluation/groups/laion-c.js';
import { type FolderLayout, listFolderSet } from './folder-set.js';
import type { OfficialOptions, OfficialSet } from './official-set.js';

const layout: FolderLayout = {
  protocol: 'laion-c-official-1',
  title: 'LAION-C',
  required: ['mosaic', 'glitched', 'vertical_lines', 'stickers', 'geometric_shapes', 'luminance_checkerboard'],
  optional: [],
  severityFolder: (severity) => `intensity_level_${severity}`,
  classes: laionCGroups.names,
  // The code that made them (FanfeiLi/LAION-C, apply_distortions.py) calls an image `NAME._TYPE_LEVEL.JPEG`, of a `.jpg` without the first point.
  suffix: (severity) => new RegExp(`\\.?_[A-Za-z_ -]+_${severity}(?=\\.[A-Za-z]+$)`),
};

/** The files of LAION-C: `mosaic/intensity_level_1/ball/….JPEG`, sixteen superclasses. */
export function listLaionC(folder: string, options?: OfficialOptions): Promise<OfficialSet> {
  return listFolderSet(folder, layout, options);
}
