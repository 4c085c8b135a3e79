import { type FolderLayout, type FolderSetOptions, listFolderSet } from './folder-set.js';
import type { OfficialSet } from './official-set.js';

const layout: FolderLayout = {
  protocol: 'laion-c-official',
  title: 'LAION-C',
  required: ['mosaic', 'glitched', 'vertical_lines', 'stickers', 'geometric_shapes', 'luminance_checkerboard'],
  optional: [],
  severityFolder: (severity) => `intensity_level_${severity}`,
  classes: [
    'ball',
    'bird',
    'boat',
    'bottle',
    'butterfly',
    'car_truck',
    'cat',
    'chair',
    'dog',
    'fish',
    'fruit',
    'instruments',
    'primate',
    'snakes',
    'timekeeping',
    'tools',
  ],
};

/** The files of LAION-C: `mosaic/intensity_level_1/ball/….JPEG`, sixteen superclasses. */
export function listLaionC(folder: string, options?: FolderSetOptions): Promise<OfficialSet> {
  return listFolderSet(folder, layout, options);
}
