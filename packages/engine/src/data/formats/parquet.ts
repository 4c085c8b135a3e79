import type { DatasetFormat, FoundPart } from './format.js';
import { findColumn, openParts, parquetFiles, readLabels } from './parquet-table.js';

const IMAGE_COLUMNS = ['image', 'img', 'images', 'jpg', 'png', 'picture'] as const;

/** Image sets as Hugging Face publishes them: a column of images (a group with `bytes`, or bytes), a column of labels. */
export const parquet: DatasetFormat = {
  async recognise(folder) {
    const files = await parquetFiles(folder);
    return files.length === 0 ? null : `Found ${files.length} Parquet ${files.length === 1 ? 'file' : 'files'}.`;
  },
  async scan(folder, wanted, { columns }) {
    const parts = await openParts(folder, wanted);
    const { labels, classNames } = await readLabels(parts, columns.label);
    const found: FoundPart[] = [];
    for (const [number, { name, files, opened }] of parts.entries()) {
      let column = '';
      for (const file of opened) {
        const group = file.columns.filter((candidate) => file.children(candidate).includes('bytes'));
        column = findColumn(file, columns.image, [...IMAGE_COLUMNS, ...group], 'image');
      }
      found.push({
        name,
        labels: labels[number] ?? new Uint32Array(),
        store: { kind: 'parquet', files: [...files], rows: opened.map(({ rows }) => rows), column },
      });
    }
    return { content: { kind: 'encoded' }, classNames, parts: found };
  },
};
