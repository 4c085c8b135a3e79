import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeSafetensors } from '../../checkpoints/safetensors.js';
import { canonicalJson } from '../../json.js';
import { modelMetadata } from '../../models/metadata.js';
import { sameNetwork, withMeanStatistics } from '../../models/onnx/running-statistics.js';
import { largestDifference } from '../../testing/oracle.fixture.js';
import { cookOnData } from '../on-data/index.js';
import { estimateBatchNorm } from './estimate.js';
import {
  batchesOf,
  estimated,
  featuresOf,
  IMAGE_SIZE,
  network,
  torchStatistics,
  updateBn,
  weights,
} from './oracle.fixture.js';
import { normalisedLayers, withStatistics } from './statistics-graph.js';

test('Running statistics are those of PyTorch, and so is what the network then answers', async () => {
  expect(largestDifference(await featuresOf(network), updateBn.before)).toBeLessThan(1e-5);
  const { architecture, names } = await estimated();
  expect(names).toEqual(['norm1.running_mean', 'norm1.running_var', 'norm2.running_mean', 'norm2.running_var']);
  expect(largestDifference(await featuresOf(architecture), updateBn.after)).toBeLessThan(1e-5);
  // Not by chance: the statistics before gave other answers.
  expect(largestDifference(await featuresOf(network), updateBn.after)).toBeGreaterThan(0.1);
  const theirs = withStatistics(network.graph, [torchStatistics(1), torchStatistics(2)]);
  expect(largestDifference(await featuresOf({ ...network, graph: theirs }), updateBn.after)).toBeLessThan(1e-5);
});

test('Estimated once more on the same images they stay as they are: only weights and images matter', async () => {
  const once = await estimated();
  const twice = await estimateBatchNorm(once.architecture, weights, batchesOf(updateBn.batch), { threads: 1 });
  expect(twice.architecture).toEqual(once.architecture);
  expect(normalisedLayers(once.architecture.graph)).toHaveLength(2);
});

test('What cannot be estimated is refused', async () => {
  const estimate = (batches: Parameters<typeof estimateBatchNorm>[2], signal?: AbortSignal) =>
    estimateBatchNorm(network, weights, batches, { threads: 1, ...(signal === undefined ? {} : { signal }) });
  await expect(estimate(batchesOf(25))).rejects.toThrow(/do not fill one batch of 25/);
  await expect(estimate(batchesOf(6), AbortSignal.abort())).rejects.toThrow(/cancelled/);
  const broken = { ...batchesOf(6), at: async () => new Float32Array(6 * IMAGE_SIZE).fill(Number.NaN) };
  await expect(estimate(broken)).rejects.toThrow(/not finite/);
});

test('Networks that are one but for their statistics are mixed with the mean of these, in any order', async () => {
  const other = { ...network, graph: withStatistics(network.graph, [torchStatistics(1), torchStatistics(2)]) };
  const [one, two] = [network, other].map((architecture) => canonicalJson(architecture));
  expect(sameNetwork(one, two)).toBe(true);
  expect(sameNetwork(one, canonicalJson({ ...network, width: network.width + 1 }))).toBe(false);
  expect(sameNetwork(one, '{"family":"vit"}')).toBe(false);
  const mean = withMeanStatistics([one ?? '', two ?? '']);
  expect(withMeanStatistics([two ?? '', one ?? ''])).toBe(mean);
  // Halfway from PyTorch's own to what its update_bn made of them, and of two equals those.
  expect(withMeanStatistics([two ?? '', two ?? ''])).toBe(withMeanStatistics([two ?? '']));
  const between = await featuresOf(JSON.parse(mean));
  expect(largestDifference(between, updateBn.after)).toBeGreaterThan(0.01);
  expect(largestDifference(await featuresOf(JSON.parse(withMeanStatistics([two ?? '']))), updateBn.after)).toBeLessThan(
    1e-5,
  );
});

test('No soup is searched by the scores of mixtures of them: those with the mean of the statistics are no models that there will be', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'stockpot statistics '));
  const other = { ...network, graph: withStatistics(network.graph, [torchStatistics(1), torchStatistics(2)]) };
  const write = (name: string, architecture: typeof network) => {
    const path = join(folder.path, name);
    const preprocessing = { mean: [0, 0, 0], std: [1, 1, 1] };
    writeFileSync(path, encodeSafetensors(weights, modelMetadata({ architecture, preprocessing })));
    return path;
  };
  const [one, two, same] = [write('one', network), write('two', other), write('same', network)];
  const search = (ingredients: readonly string[], method: 'greedy' | 'pruned') =>
    cookOnData(
      { method, ingredients, data: join(folder.path, 'none'), examples: 'val', output: join(folder.path, 'soup') },
      { home: join(folder.path, 'home'), threads: 1, device: 'cpu', signal: new AbortController().signal },
    );
  for (const method of ['greedy', 'pruned'] as const) {
    await expect(search([one, two], method)).rejects.toThrow(
      /two.*does not fit .*one: the running statistics of its batch normalisation are others/,
    );
    // These go on to the data, which are not there.
    await expect(search([one, same], method)).rejects.toThrow(/none/);
  }
});
