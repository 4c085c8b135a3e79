import type { Preprocessing } from '../data/preprocessing.js';
import { answer } from '../evaluation/answer.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { freshLabels, freshPreprocessor, PREPROCESSOR } from '../models/formats/huggingface-config.js';
import { visionModel } from '../models/vision-model.js';
import { classifier } from '../training/inference.js';
import { ExportError } from './errors.js';
import type { ExportExamples, ImageExamples } from './examples.js';
import type { Fed } from './fed.js';
import { IMAGES_INPUT, type ImageParts, networkGraph, PIXELS_INPUT } from './network.js';
import { pillowPreparation } from './pillow-preparation.js';
import type { ExportSubject, ImageInput } from './subject.js';

/** Images in one run of the model that a file is held against. */
const BATCH = 100;

/** The preparation under which images come out as bytes: each number times 255 is the pixel. */
export function asPixels({ mean, std, ...geometry }: Preprocessing): Preprocessing {
  return { mean: mean.map(() => 0), std: std.map(() => 1 / 255), ...geometry };
}

/** Images [n, c, h, w] as a file's input tensor: pixels as bytes, or normalised numbers. */
export function inputTensor({ pixels, image }: Pick<ImageInput, 'pixels' | 'image'>, values: Float32Array): Tensor {
  const shape = [values.length / sizeOf(image), ...image];
  return pixels
    ? { dtype: 'u8', shape, data: Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value)))) }
    : { dtype: 'f32', shape, data: values };
}

/** Images in memory, [n, c, h, w], as a file takes them. */
export function imagesFed(input: Pick<ImageInput, 'pixels' | 'image'>, values: Float32Array): Fed {
  const size = sizeOf(input.image);
  const n = values.length / size;
  return {
    n,
    async *runs(most) {
      for (let from = 0; from < n; from += most) {
        const to = Math.min(n, from + most);
        yield {
          places: Array.from({ length: to - from }, (_, i) => from + i),
          feeds: { [inputName(input)]: inputTensor(input, values.subarray(from * size, to * size)) },
        };
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function inputName({ pixels }: Pick<ImageInput, 'pixels'>): ImageInput['name'] {
  return pixels ? PIXELS_INPUT : IMAGES_INPUT;
}

/** A model of images as a file. @param pixels whether the file takes pixels and normalises them itself */
export function imageSubject(parts: ImageParts, pixels: boolean): ExportSubject {
  const { architecture, preprocessing, tensors } = parts;
  const { imageShape: image } = visionModel(architecture);
  const input: ImageInput = { name: inputName({ pixels }), pixels, image };
  const size = sizeOf(image);
  const fileImages = (examples: ExportExamples) =>
    ofImages(examples).images({ image, normalise: pixels ? asPixels(preprocessing) : preprocessing });
  return {
    unit: { one: 'image', many: 'images' },
    tensors,
    input,
    dimensions: [{ name: 'batch', sizes: [2, 3], words: 'the number of images' }],
    graph: ([images = 1], half) => networkGraph(parts, images, { pixels, half }),
    async fed(examples) {
      const images = fileImages(examples);
      return {
        n: images.n,
        async *runs(most) {
          let before = 0;
          for (let index = 0; index < images.chunks; index++) {
            await using chunk = imagesFed(input, await images.chunk(index));
            for await (const { places, feeds } of chunk.runs(most)) {
              yield { places: places.map((place) => before + place), feeds };
            }
            before += chunk.n;
          }
        },
        [Symbol.asyncDispose]: () => images[Symbol.asyncDispose](),
      };
    },
    async groups(examples, most) {
      await using images = fileImages(examples);
      const values = new Float32Array(Math.min(most, images.n) * size);
      for (let index = 0, at = 0; at < values.length; index++) {
        const chunk = await images.chunk(index);
        values.set(chunk.subarray(0, values.length - at), at);
        at += chunk.length;
      }
      return [imageGroup(input, values)];
    },
    async answers(examples, { threads, signal, onProgress }) {
      const network = await classifier(tensors, architecture, { batch: BATCH, threads });
      try {
        await using images = ofImages(examples).images({ image, normalise: preprocessing });
        return await answer(network, images, { signal, ...(onProgress === undefined ? {} : { onProgress }) });
      } finally {
        await network.dispose();
      }
    },
    sample: (images) => ({
      [input.name]: inputTensor(
        input,
        Float32Array.from({ length: images * size }, (_, i) => (i % 251) / 251),
      ),
    }),
    sampleWords: '',
    files: (classes) => ({
      [PREPROCESSOR]: Buffer.from(freshPreprocessor({ architecture, preprocessing }, 'ViTImageProcessor')).toString(
        'utf8',
      ),
      'config.json': `${JSON.stringify(
        {
          architectures: ['stockpot'],
          image_size: image[1],
          num_channels: image[0],
          ...freshLabels({ head: tensors.get('head.weight')?.shape[0] ?? null, classes }),
        },
        null,
        2,
      )}\n`,
    }),
    metadata: { 'stockpot.preprocessing': JSON.stringify(preprocessing) },
    card: {
      pipeline: 'image-classification',
      takes: `\`${input.name}\` ${pixels ? 'u8' : 'f32'} [batch, ${image.join(', ')}]`,
      use: (output) => howToUse(input, preprocessing, output),
    },
  };
}

/** Images that ranges are measured on. */
export function imageGroup(input: Pick<ImageInput, 'pixels' | 'image'>, values: Float32Array) {
  const size = sizeOf(input.image);
  return {
    n: values.length / size,
    sizes: (images: number) => [images],
    at: (from: number, to: number) => ({
      [inputName(input)]: inputTensor(input, values.subarray(from * size, to * size)),
    }),
  };
}

function ofImages(examples: ExportExamples): ImageExamples {
  if (examples.kind === 'images') return examples;
  throw new ExportError(`The model reads images, and these are texts: ${examples.words}.`, 'Name data of images.');
}

function howToUse(input: ImageInput, preprocessing: Preprocessing, output: 'logits' | 'features'): string[] {
  const [channels, height, width] = input.image;
  const mode = channels === 1 ? 'L' : 'RGB';
  return [
    `Images are prepared as \`preprocessor_config.json\` says: \`${JSON.stringify(preprocessing)}\`.`,
    input.pixels
      ? 'The file normalises by itself: it takes pixels from 0 to 255 of images that were resized and cut already.'
      : 'The file takes images that were resized, cut and normalised: (pixel / 255 − mean) / std, channel by channel.',
    '',
    '```python',
    'import json, numpy, onnxruntime',
    'from PIL import Image',
    '',
    `config = json.load(open("preprocessor_config.json"))`,
    `image = Image.open("image.png").convert("${mode}")`,
    ...pillowPreparation(preprocessing, { height, width }),
    `pixels = numpy.asarray(image, "uint8").reshape(${height}, ${width}, ${channels}).transpose(2, 0, 1)[None]`,
    ...(input.pixels
      ? []
      : [
          'mean, std = (numpy.array(config[key], "float32").reshape(1, -1, 1, 1) for key in ("image_mean", "image_std"))',
          'images = (pixels.astype("float32") / 255 - mean) / std',
        ]),
    'session = onnxruntime.InferenceSession("model.onnx")',
    `${output} = session.run(["${output}"], {"${input.name}": ${input.name}})[0]`,
    ...(output === 'logits'
      ? ['labels = json.load(open("config.json"))["id2label"]', 'print(labels[str(logits[0].argmax())])']
      : ['print(features.shape)']),
    '```',
    '',
    '```ts',
    "import { InferenceSession, Tensor } from 'onnxruntime-node';",
    '',
    "const session = await InferenceSession.create('model.onnx');",
    `const ${input.name} = new Tensor('${input.pixels ? 'uint8' : 'float32'}', data, [1, ${input.image.join(', ')}]); // data: a ${input.pixels ? 'Uint8Array' : 'Float32Array'}, channel by channel`,
    `const { ${output} } = await session.run({ ${input.name} });`,
    '```',
  ];
}
