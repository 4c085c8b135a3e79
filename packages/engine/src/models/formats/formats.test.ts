import { describe, expect, test } from 'vitest';
import { numbersOf, type Tensor, tensorOf } from '../../graph/tensor.js';
import { vitShape } from '../vit/architecture.js';
import { exportModel } from './export-model.js';
import type { ForeignCheckpoint } from './format.js';
import { importModel, recogniseFormat } from './import-model.js';
import { checkpointOf, imported, type Miniature, maePreTraining, miniature, miniatures } from './miniatures.fixture.js';
import { checkpointFormats } from './table.js';

const plain = (tensors: ReadonlyMap<string, Tensor>) =>
  Object.fromEntries([...tensors].map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data: [...data] }]));

/** The same miniature with something changed. */
function changed(
  one: Miniature,
  {
    files = {},
    tensors = {},
    without = [],
  }: {
    files?: Record<string, (text: string) => string>;
    tensors?: Record<string, Tensor>;
    without?: readonly string[];
  },
): ForeignCheckpoint {
  const texts = Object.entries(one.files).map(([name, text]) => [name, files[name]?.(text) ?? text]);
  const kept = [...one.tensors].filter(([name]) => !without.includes(name));
  return checkpointOf(
    { name: one.name, files: Object.fromEntries(texts), tensors: new Map([...kept, ...Object.entries(tensors)]) },
    'the checkpoint',
  );
}

const vit = miniature('transformers ViT');
const headless = miniature('transformers ViT without head (and its unused pooler), no qkv bias');
const clip = miniature('transformers CLIP, both towers (GELU)');
const openai = miniature('OpenAI CLIP tower');
const timm = miniature('timm ViT, class token');

describe('a checkpoint that came in', () => {
  test.each([...miniatures, maePreTraining].map((one) => [one.name, one] as const))(
    'goes out as it was, every tensor and every file: %s',
    async (_, one) => {
      const model = await imported(one);
      const { tensors, files } = exportModel(model);
      expect(plain(tensors)).toEqual(plain(one.tensors));
      expect(files).toEqual(one.files);
    },
  );

  test.each([
    ['timm', timm],
    ['huggingface-vit', vit],
    ['huggingface-vit-mae', miniature('transformers ViTMAE encoder')],
    ['huggingface-clip', clip],
    ['huggingface-dinov2', miniature('transformers DINOv2 (SwiGLU)')],
    ['openai-clip', openai],
    ['dinov2', miniature('DINOv2 (SwiGLU) with registers')],
    ['moco-v3', miniature('MoCo v3')],
  ])('is recognised by its names and its config: %s', (name, one) => {
    expect(recogniseFormat(checkpointOf(one)).name).toBe(name);
  });

  test('has a format for every row of the table that some miniature holds to its library', async () => {
    const held = await Promise.all(miniatures.map(async (one) => (await imported(one)).format.name));
    expect([...new Set(held)].sort()).toEqual(checkpointFormats.map(({ name }) => name).sort());
  });
});

describe('what the config says', () => {
  test('decides epsilon, activation, pooling and preparation', async () => {
    const { architecture, preprocessing } = await imported(clip);
    expect(architecture).toMatchObject({ layerNormEpsilon: 1e-5, pooling: 'cls', preNorm: true, patchBias: false });
    expect(vitShape(architecture).activation).toBe('gelu');
    expect(preprocessing).toEqual({
      mean: [0.48, 0.46, 0.41],
      std: [0.27, 0.26, 0.28],
      resize: { shortest: 6 },
      crop: { height: 6, width: 6 },
      interpolation: 'bicubic',
    });
    expect((await imported(vit)).architecture.layerNormEpsilon).toBe(1e-12);
    expect((await imported(vit)).preprocessing).toMatchObject({
      resize: { height: 6, width: 6 },
      interpolation: 'bilinear',
    });
    // timm resizes to image / crop_pct and cuts the centre out: 6 / 0.9 is 6.67.
    expect((await imported(timm)).preprocessing).toMatchObject({
      resize: { shortest: 6 },
      crop: { height: 6, width: 6 },
    });
  });

  test('stays the architecture without a word about what is at its default', async () => {
    const { architecture } = await imported(vit);
    expect(Object.keys(architecture).sort()).toEqual(
      ['channels', 'depth', 'dim', 'family', 'heads', 'image', 'layerNormEpsilon', 'mlp', 'patch', 'pooling'].sort(),
    );
  });

  test.each([
    ['no rescaling', { do_rescale: 'false' }, [0.5 / 255, 0.5 / 255]],
    ['another factor', { rescale_factor: String(1 / 127.5) }, [0.25, 0.25]],
    ['no normalisation', { do_normalize: 'false' }, [0, 1]],
  ])('becomes mean and deviation of pixels in 0 … 1: %s', async (_, fields, [mean = 0, std = 0]) => {
    const edit = (text: string) => JSON.stringify({ ...JSON.parse(text), ...parsed(fields) });
    const model = await importModel(changed(vit, { files: { 'preprocessor_config.json': edit } }));
    expect(model.preprocessing.mean[0]).toBeCloseTo(mean, 12);
    expect(model.preprocessing.std[0]).toBeCloseTo(std, 12);
  });

  test('names the classes, and their order goes with the model', async () => {
    const edit = (text: string) =>
      JSON.stringify({ ...JSON.parse(text), id2label: { 0: 'cup', 1: 'pot', 2: 'spoon' } });
    const model = await importModel(changed(vit, { files: { 'config.json': edit } }));
    expect(model.classes).toEqual(['cup', 'pot', 'spoon']);
    expect((await imported(vit)).classes).toBeNull(); // LABEL_0 is no name
  });

  test('may be overruled where a person wants other images: positions are then resampled inside the network', async () => {
    const model = await importModel(checkpointOf(timm), { image: 10 });
    expect(model.architecture).toMatchObject({
      image: 10,
      positionGrid: 3,
      positionInterpolation: 'bicubic-antialias',
    });
    expect(plain(exportModel(model).tensors)).toEqual(plain(timm.tensors));
  });

  test('what no file says is taken from the publication and said so', async () => {
    const { format } = await imported(openai);
    expect(format.assumed.join(' ')).toMatch(/epsilon 1e-5, quick-GELU/);
    expect((await imported(vit)).format.assumed).toEqual([]);
  });
});

const parsed = (fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).map(([key, text]) => [key, JSON.parse(text)]));

describe('tensors that are no part of the model', () => {
  test('travel along untouched, integers as integers', async () => {
    const ids: Tensor = { dtype: 'i64', shape: [1, 10], data: BigInt64Array.from({ length: 10 }, (_, i) => BigInt(i)) };
    const name = 'vision_model.embeddings.position_ids';
    const { tensors } = exportModel(await importModel(changed(clip, { tensors: { [name]: ids } })));
    expect(tensors.get(name)).toEqual(ids);
    expect(tensors.get('text_model.final_layer_norm.weight')).toEqual(
      clip.tensors.get('text_model.final_layer_norm.weight'),
    );
    expect(exportModel(await imported(headless)).tensors.has('pooler.dense.weight')).toBe(true);
  });

  test('are refused when the logits would be wrong without them', async () => {
    const strange = tensorOf('f32', [2], [1, 1]);
    const checkpoint = changed(timm, { tensors: { 'blocks.0.attn.q_norm.weight': strange } });
    await expect(importModel(checkpoint)).rejects.toThrow(
      /tensor "blocks\.0\.attn\.q_norm\.weight" belongs to the model, but Stockpot's vision transformer has no place for it/,
    );
  });
});

test("MAE's decoder goes out while it is the one of the config, and stays behind when a training replaced it", async () => {
  const model = await imported(maePreTraining);
  const other = new Map(model.tensors);
  other.set('decoder_embed.weight', tensorOf('f32', [4, 8], new Float32Array(32)));
  const names = [...exportModel({ ...model, tensors: other }).tensors.keys()];
  expect(names.filter((name) => name.startsWith('decoder.'))).toEqual([]);
  expect(names).toHaveLength([...maePreTraining.tensors.keys()].filter((name) => name.startsWith('vit.')).length);
});

describe('half precision', () => {
  const narrow = (one: Miniature) =>
    [...one.tensors].map(([name, { shape, data }]) => [name, tensorOf('f16', shape, data)] as const);

  test('is widened for computing, and narrowed again only when that is asked', async () => {
    const halves = new Map(narrow(openai));
    const model = await importModel(checkpointOf({ ...openai, tensors: halves }), openai.options);
    expect(model.tensors.get('blocks.0.mlp.fc1.weight')?.dtype).toBe('f32');
    expect(plain(exportModel(model, { dtype: 'stored' }).tensors)).toEqual(plain(halves));
    const wide = exportModel(model).tensors.get('visual.conv1.weight');
    const stored = halves.get('visual.conv1.weight');
    if (wide === undefined || stored === undefined) throw new Error('The convolution is missing.');
    expect(wide.dtype).toBe('f32');
    expect([...wide.data]).toEqual([...numbersOf(stored)]);
  });
});

describe('a new head', () => {
  const withHead = async (one: Miniature, classes: readonly string[]) => {
    const model = await imported(one);
    const width = vitShape(model.architecture).dim;
    const head: [string, Tensor][] = [
      ['head.weight', tensorOf('f32', [classes.length, width], new Float32Array(classes.length * width))],
      ['head.bias', tensorOf('f32', [classes.length], new Float32Array(classes.length))],
    ];
    return exportModel({ ...model, classes, tensors: new Map([...model.tensors, ...head]) });
  };

  test("makes a classifier of transformers' ViT, and changes nothing else in its config", async () => {
    const { tensors, files } = await withHead(headless, ['a', 'b']);
    expect(tensors.has('vit.encoder.layer.0.attention.attention.query.weight')).toBe(true);
    expect(tensors.get('classifier.weight')?.shape).toEqual([2, 8]);
    const { architectures, id2label, label2id, ...rest } = JSON.parse(files['config.json'] ?? '');
    expect({ architectures, id2label, label2id }).toEqual({
      architectures: ['ViTForImageClassification'],
      id2label: { 0: 'a', 1: 'b' },
      label2id: { a: 0, b: 1 },
    });
    const { architectures: _, ...before } = JSON.parse(headless.files['config.json'] ?? '');
    expect(rest).toEqual(before);
    // 0.0 would have become 0 in a text that was printed anew, and transformers tells them apart.
    expect(files['config.json']).toContain('"hidden_dropout_prob": 0.0');
  });

  test("is counted wherever timm's config counts classes", async () => {
    const { files } = await withHead(timm, ['a', 'b', 'c', 'd']);
    expect(JSON.parse(files['config.json'] ?? '')).toMatchObject({
      num_classes: 4,
      model_args: { num_classes: 4 },
      pretrained_cfg: { num_classes: 4, label_names: ['a', 'b', 'c', 'd'] },
    });
  });

  test('on pooling that a library has no words for is refused', async () => {
    const model = { ...(await imported(vit)) };
    const mean = { ...model, architecture: { ...model.architecture, pooling: 'mean' as const } };
    expect(() => exportModel(mean)).toThrow(
      /its head reads the pooling 'mean', and Hugging Face's ViT reads the class token/,
    );
  });
});

describe('a checkpoint that cannot be understood', () => {
  const config = (fields: object) => ({
    'config.json': (text: string) => JSON.stringify({ ...JSON.parse(text), ...fields }),
  });

  test.each<[string, ForeignCheckpoint, RegExp]>([
    ['no config', { ...checkpointOf(timm), files: new Map() }, /config\.json is not beside it.*heads, epsilons/],
    [
      'no preparation',
      { ...checkpointOf(vit), files: new Map([['config.json', vit.files['config.json'] ?? '']]) },
      /preprocessor_config\.json is not beside it/,
    ],
    [
      'an unknown activation',
      changed(vit, { files: config({ hidden_act: 'mish' }) }),
      /asks for the activation 'mish'/,
    ],
    [
      'no JSON',
      changed(vit, { files: { 'config.json': () => '{"model_type": "vit"' } }),
      /its config\.json is not JSON/,
    ],
    [
      'a config of another type',
      changed(vit, { files: config({ hidden_size: 'wide' }) }),
      /config\.json is not understood at hidden_size/,
    ],
    [
      'an unknown architecture',
      changed(timm, { files: config({ architecture: 'resnet50' }) }),
      /names timm's architecture 'resnet50'/,
    ],
    [
      'an argument that changes the network',
      changed(timm, { files: config({ model_args: { norm_layer: 'rmsnorm' } }) }),
      /gives norm_layer in model_args/,
    ],
    [
      'a missing tensor',
      changed(vit, { without: ['vit.layernorm.bias'] }),
      /tensor "vit\.layernorm\.bias" is missing; its config asks for one of shape \[8\]/,
    ],
    [
      'another shape',
      changed(vit, { files: config({ intermediate_size: 16 }) }),
      /has shape \[12, 8\], its config asks for \[16, 8\]/,
    ],
    [
      'integers for weights',
      changed(vit, { tensors: { 'vit.layernorm.bias': tensorOf('u8', [8], new Array(8).fill(1)) } }),
      /is u8; a model computes with floating-point weights/,
    ],
    [
      'names of nobody',
      checkpointOf({ name: 'x', files: {}, tensors: new Map([['conv1.weight', tensorOf('f32', [1], [1])]]) }),
      /are named as in no format that Stockpot knows/,
    ],
  ])('is refused with a sentence: %s', async (_, checkpoint, message) => {
    await expect(importModel(checkpoint)).rejects.toThrow(message);
  });

  test('a width that nobody published needs the number of heads', async () => {
    await expect(importModel(checkpointOf(miniature('MoCo v3')))).rejects.toThrow(
      /no published MoCo v3 has the width 8, so its heads are unknown/,
    );
  });
});
