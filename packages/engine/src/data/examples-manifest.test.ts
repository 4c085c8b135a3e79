import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { allOf, type DataFolder, dataFolder } from './dataset-folder.fixture.js';
import { DatasetError } from './errors.js';
import type { ExamplesManifest } from './examples-manifest.js';
import { registerDataset } from './register.js';

async function twelve(): Promise<{ data: DataFolder; manifest: ExamplesManifest }> {
  const files: Record<string, Uint8Array> = {};
  for (let at = 0; at < 12; at++) {
    const create = { width: 4, height: 4, channels: 3, background: { r: at * 20, g: 0, b: 0 } } as const;
    files[`${at % 3}/${String(at).padStart(2, '0')}.png`] = await sharp({ create }).png().toBuffer();
  }
  const data = await dataFolder(files);
  const manifest = await data.register('image-folder', [
    { name: 'train', role: 'train', from: 'all', count: 8 },
    { name: 'test', role: 'test', from: 'all', count: null },
  ]);
  return { data, manifest };
}

/** The manifest with its one part changed. */
function withPart(
  manifest: ExamplesManifest,
  change: (part: ExamplesManifest['parts'][number]) => object,
): ExamplesManifest {
  return { ...manifest, parts: manifest.parts.map((part) => ({ ...part, ...change(part) })) };
}

describe('a manifest that lists its examples', () => {
  test('divides a part into disjoint splits, in the same way each time', async () => {
    const { data, manifest } = await twelve();
    await using _ = data;
    const [train, test] = manifest.splits;
    expect([...(train?.indices ?? []), ...(test?.indices ?? [])].sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
    const splits = manifest.splits.map(({ name, role, from }) => ({
      name,
      role,
      from,
      count: name === 'train' ? 8 : null,
    }));
    expect(await data.register('image-folder', splits)).toEqual(manifest);
    const other = await data.register('image-folder', splits, { seed: 18 });
    expect(other.splits[0]?.indices).not.toEqual(train?.indices);
    expect(other.contentHash).toBe(manifest.contentHash);
  });

  test('that was tampered with is refused before an image is read', async () => {
    const { data, manifest } = await twelve();
    await using _ = data;
    const refused = async (changed: ExamplesManifest) => {
      const error = await data.open(changed).catch((reason: unknown) => reason);
      if (!(error instanceof DatasetError)) throw new Error(`expected a refusal, got ${String(error)}`);
      return error.message;
    };
    const withRuns = (change: (runs: Record<string, number[]>) => object) =>
      withPart(manifest, ({ store }) =>
        store.kind === 'ranges' ? { store: { ...store, runs: { ...store.runs, ...change(store.runs) } } } : {},
      );
    for (const path of ['../secret.png', '/etc/passwd', 'a/../../b.png', 'C:\\x.png', 'a//b.png', 'a\0.png', '']) {
      const changed = withPart(manifest, ({ store }) =>
        store.kind === 'ranges' ? { store: { ...store, files: [path, ...store.files.slice(1)] } } : {},
      );
      expect(await refused(changed)).toMatch(/parts\.0\.store.*paths that stay inside the folder/);
    }
    expect(await refused(withRuns(({ length = [] }) => ({ length: [-1, ...length.slice(1)] })))).toMatch(
      /whole numbers/,
    );
    expect(await refused(withRuns(({ file = [] }) => ({ file: [99, ...file.slice(1)] })))).toMatch(
      /runs .* contradict/,
    );
    expect(await refused(withRuns(({ offset = [] }) => ({ offset: offset.slice(1) })))).toMatch(/runs .* contradict/);
    expect(await refused(withRuns(({ n = [] }) => ({ n: [2, ...n.slice(1)] })))).toMatch(
      /contradicts itself about the example set 'all'/,
    );
    expect(await refused(withPart(manifest, ({ labels }) => ({ labels: labels.map(() => 3) })))).toMatch(
      /contradicts itself/,
    );
    expect(await refused(withPart(manifest, ({ digests }) => ({ digests: digests.slice(4) })))).toMatch(
      /contradicts itself/,
    );
    const [train, test] = manifest.splits;
    if (train === undefined || test === undefined) throw new Error('splits are missing');
    const stolen = { ...test, indices: [train.indices[0] ?? 0, ...test.indices.slice(1)] };
    expect(await refused({ ...manifest, splits: [train, stolen] })).toMatch(/is in 'train' and in 'test'/);
    const { content } = manifest;
    if (content.kind !== 'encoded') throw new Error('encoded images were expected');
    expect(await refused({ ...manifest, content: { ...content, decoder: 'sharp-0.1.0/libvips-8.0.0' } })).toBe(
      `The dataset was registered with the image decoder sharp-0.1.0/libvips-8.0.0; this is ${content.decoder}, which may give other pixels.`,
    );
  });

  test('finds an example whose digest is not the registered one', async () => {
    const { data, manifest } = await twelve();
    await using _ = data;
    const other = withPart(manifest, ({ digests }) => ({ digests: `AAAA${digests.slice(4)}` }));
    const split = (await data.open(other)).split(manifest.splits[0]?.indices.includes(0) ? 'train' : 'test');
    await expect(split.load()).rejects.toThrow(/0\/00\.png: the example changed since the dataset was registered/);
  });

  test('is not made of a folder while somebody cancels', async () => {
    const { data } = await twelve();
    await using _ = data;
    const controller = new AbortController();
    const parameters = {
      source: { path: data.path },
      format: 'image-folder',
      seed: 1,
      splits: [allOf('all')],
    } as const;
    const progress: string[] = [];
    const onProgress = (done: number, total: number) => progress.push(`${done}/${total}`);
    await registerDataset({ ...parameters, splits: [...parameters.splits] }, data.path, {
      signal: controller.signal,
      onProgress,
    });
    expect(progress).toEqual(['12/12']);
    controller.abort();
    await expect(
      registerDataset({ ...parameters, splits: [...parameters.splits] }, data.path, { signal: controller.signal }),
    ).rejects.toThrow('The registration was cancelled.');
  });
});
