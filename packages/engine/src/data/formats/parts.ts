import { didYouMean } from '../../recipe/did-you-mean.js';
import { DataFileError } from '../errors.js';

/** Picks the wanted parts among those that a folder has. Throws DataFileError that names what there is. */
export function chooseParts<Part>(
  folder: string,
  available: ReadonlyMap<string, Part>,
  wanted: readonly string[],
): readonly { readonly name: string; readonly part: Part }[] {
  const known = [...available.keys()];
  return wanted.map((name) => {
    const part = available.get(name);
    if (part !== undefined) return { name, part };
    const there = known.length > 30 ? [...known.slice(0, 30), `… (${known.length} in all)`] : known;
    throw new DataFileError(
      folder,
      `there is no example set '${name}'; found ${there.length === 0 ? 'none' : there.join(', ')}.${didYouMean(name, known)}`,
      "Name one of these with 'from' in the recipe's splits, or check the source and the format.",
    );
  });
}
