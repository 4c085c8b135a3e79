import { verticalLines } from '../corruptions/colour/effects/vertical-lines.js';
import { type ColourSuiteName, corruptColourImage } from '../corruptions/index.js';
import { exact, shareBeyondOneGrey } from '../corruptions/oracle.fixture.js';
import { keyed } from '../random/index.js';
import type { FidelityRow } from './row.fixture.js';

const quantity = 'share of values further than one grey level away, five severities';
const imagecorruptions = `imagecorruptions ${exact.versions.imagecorruptions}`;
/** Where imagecorruptions differs from the program that made the official files. */
const LIBRARIES: Readonly<Record<string, string>> = {
  zoom_blur: `SciPy ${exact.versions.scipy}`,
  pixelate: `Pillow ${exact.versions.pillow}`,
};

function rowsOf(suite: ColourSuiteName, title: string, tables: Readonly<Record<string, readonly unknown[]>>) {
  return Object.keys(tables).map(
    (corruption): FidelityRow => ({
      subject: `${title}, ${corruption.replaceAll('_', ' ')}`,
      quantity,
      oracle: LIBRARIES[corruption] ?? imagecorruptions,
      difference: 'absolute',
      bound: 0.001,
      measure: () => worst(suite, corruption),
    }),
  );
}

async function worst(suite: ColourSuiteName, corruption: string): Promise<number> {
  const published = suite === 'cifar-c' ? exact.suites['cifar-c'] : exact.suites['imagenet-c'];
  const shares = await Promise.all(
    (published[corruption] ?? []).map(async (expected, index) =>
      shareBeyondOneGrey(
        await corruptColourImage(exact.suites.clean, { suite, corruption, severity: index + 1, example: 0 }),
        expected,
      ),
    ),
  );
  return Math.max(...shares);
}

export const corruptionRows: readonly FidelityRow[] = [
  ...rowsOf('imagenet-c', 'ImageNet-C', exact.suites['imagenet-c']),
  ...rowsOf('cifar-c', 'CIFAR-C', exact.suites['cifar-c']),
  {
    subject: 'LAION-C, vertical lines',
    quantity: 'share of values further than one grey level away, three levels',
    oracle: `Pillow ${exact.versions.pillow}`,
    difference: 'absolute',
    bound: 0,
    measure: async () => {
      const { clean, drawn } = exact.verticalLines;
      const shares = await Promise.all(
        drawn.map(async ({ image, ...level }) =>
          shareBeyondOneGrey(await verticalLines.apply(clean, level, keyed(0)), image),
        ),
      );
      return Math.max(...shares);
    },
  },
];
