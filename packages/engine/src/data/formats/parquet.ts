import type { DatasetFormat, FoundPart } from './format.js';
import { findColumn, firstParquet, imageColumns, openParts, readLabels } from './parquet-table.js';

/** Image sets as Hugging Face publishes them: a column of images (a group with `bytes`, or bytes), a column of labels. */
export const parquet: DatasetFormat = {
  async recognise(folder) {
    const first = await firstParquet(folder);
    if (first === null || !imageColumns(first.file).some((name) => first.file.columns.includes(name))) return null;
    return `Found ${first.count} Parquet ${first.count === 1 ? 'file' : 'files'} with images.`;
  },
  async scan(folder, wanted, { columns }) {
    const parts = await openParts(folder, wanted);
    const { labels, classNames } = await readLabels(parts, columns.label);
    const found: FoundPart[] = [];
    for (const [number, { name, files, opened }] of parts.entries()) {
      let column = '';
      for (const file of opened) {
        column = findColumn(file, columns.image, imageColumns(file), 'image');
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
