import { z } from 'zod';
import type { Interpolation, Preprocessing } from '../../data/preprocessing.js';
import { readConfig, refuse } from './config.js';
import { editJson } from './edit-json.js';
import type { ForeignCheckpoint, Outgoing } from './format.js';

const side = z.int().min(1);
/** A size as a number or as two equal ones. */
const square = z.union([side, z.tuple([side, side])]).transform((size, context) => {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  if (height !== width) context.addIssue({ code: 'custom', message: `expected a square, found ${height} × ${width}` });
  return height;
});

/** What a family's class of configs says where a config says nothing: transformers leaves out what is as in its class. */
export interface ConfigDefaults {
  readonly hidden_act: string;
  readonly layer_norm_eps: number;
  readonly patch_size: number;
}

/** What the configs of Hugging Face's vision transformers share. */
export function huggingFaceTransformer({ hidden_act, layer_norm_eps, patch_size }: ConfigDefaults) {
  return z.looseObject({
    model_type: z.string(),
    architectures: z.array(z.string()).nullish(),
    hidden_size: z.int().default(768),
    num_hidden_layers: z.int().default(12),
    num_attention_heads: z.int().default(12),
    hidden_act: z.string().default(hidden_act),
    layer_norm_eps: z.number().default(layer_norm_eps),
    image_size: square.default(224),
    patch_size: square.default(patch_size),
    num_channels: z.int().default(3),
    qkv_bias: z.boolean().default(true),
  });
}

const labels = z.looseObject({ id2label: z.record(z.string(), z.string()).optional() });

/** The names of the classes by `id2label`, or null where it has none of its own. */
export function classesOf(
  checkpoint: Pick<ForeignCheckpoint, 'source' | 'files'>,
  head: number | null,
): readonly string[] | null {
  const { id2label } = readConfig(checkpoint, 'config.json', labels);
  if (head === null || id2label === undefined) return null;
  const names = Array.from({ length: head }, (_, index) => id2label[String(index)]);
  if (names.some((name, index) => name === undefined || name === `LABEL_${index}`)) return null;
  return names.map(String);
}

const RESAMPLE: Readonly<Record<number, Interpolation>> = { 0: 'nearest', 2: 'bilinear', 3: 'bicubic' };

const area = z.looseObject({
  height: side.optional(),
  width: side.optional(),
  shortest_edge: side.optional(),
});
const preprocessor = z.looseObject({
  do_resize: z.boolean().default(true),
  size: z.union([side, area]).optional(),
  resample: z.int().optional(),
  do_center_crop: z.boolean().default(false),
  crop_size: z.union([side, area]).optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: z.array(z.number()).optional(),
  image_std: z.array(z.number().positive()).optional(),
});

export const PREPROCESSOR = 'preprocessor_config.json';

/**
 * How images are prepared, by `preprocessor_config.json`.
 *
 * @param image side of the model's input
 * @throws {CheckpointError} for what Stockpot's preparation cannot do.
 */
export function huggingFacePreprocessing(checkpoint: ForeignCheckpoint, channels: number): Preprocessing {
  const { source } = checkpoint;
  const config = readConfig(checkpoint, PREPROCESSOR, preprocessor);
  // Pixels come to the model as x/255, so a factor other than 1/255 is part of the mean and the deviation.
  const factor = config.do_rescale ? config.rescale_factor * 255 : 255;
  const { image_mean: mean, image_std: std } = config;
  if (config.do_normalize && (mean === undefined || std === undefined)) {
    refuse(source, `its ${PREPROCESSOR} asks for normalisation but has no image_mean and image_std.`, 'Add them.');
  }
  const plain = Array.from({ length: channels }, () => 0);
  const means = config.do_normalize && mean !== undefined ? mean : plain;
  const deviations = config.do_normalize && std !== undefined ? std : plain.map(() => 1);
  return {
    mean: means.map((value) => value / factor),
    std: deviations.map((value) => value / factor),
    ...geometry(config, source),
  };
}

function geometry(
  config: z.output<typeof preprocessor>,
  source: string,
): Pick<Preprocessing, 'resize' | 'crop' | 'interpolation'> {
  const { do_resize: resizes, do_center_crop: crops, size, resample, crop_size: crop } = config;
  const interpolation = RESAMPLE[resample ?? 2];
  if (resizes && interpolation === undefined) {
    refuse(source, `its ${PREPROCESSOR} asks for resampling by PIL's filter ${resample}.`, 'Stockpot has 0, 2 and 3.');
  }
  return {
    ...(resizes && size !== undefined ? { resize: resizeTo(size, crops, source) } : {}),
    ...(crops && crop !== undefined ? { crop: both(crop, source) } : {}),
    ...(resizes && interpolation !== undefined ? { interpolation } : {}),
  };
}

/** A plain number is the shorter side where a crop follows (CLIP's older configs), and both sides where none does. */
function resizeTo(
  size: number | z.output<typeof area>,
  crops: boolean,
  source: string,
): NonNullable<Preprocessing['resize']> {
  if (typeof size === 'number') return crops ? { shortest: size } : { height: size, width: size };
  if (size.shortest_edge !== undefined) return { shortest: size.shortest_edge };
  return both(size, source);
}

function both(size: number | z.output<typeof area>, source: string): { height: number; width: number } {
  if (typeof size === 'number') return { height: size, width: size };
  const { height, width } = size;
  if (height === undefined || width === undefined) {
    return refuse(source, `its ${PREPROCESSOR} has a size without height and width.`, 'Give both.');
  }
  return { height, width };
}

/**
 * The config of a model that goes out: the text it came with, unless the head is another one than it speaks of.
 *
 * @param architecture the class of transformers that reads a head, when the model has one
 */
export function updatedConfig(text: string, model: Outgoing, architecture: string): string {
  const config = z.looseObject({ architectures: z.array(z.string()).nullish() }).parse(JSON.parse(text));
  const { id2label } = labels.parse(config);
  const { head, classes } = model;
  const hasHead = config.architectures?.includes(architecture) ?? false;
  if (head === null) return text;
  const names = Array.from({ length: head }, (_, index) => classes?.[index] ?? `LABEL_${index}`);
  // transformers leaves the labels out when there are two unnamed ones, its default.
  const before = id2label === undefined ? ['LABEL_0', 'LABEL_1'] : names.map((_, index) => id2label[String(index)]);
  const same =
    Object.keys(id2label ?? before).length === head &&
    (classes === null || names.every((name, index) => name === before[index]));
  if (hasHead && same) return text;
  return editJson(text, [
    [['architectures'], [architecture]],
    [['id2label'], Object.fromEntries(names.map((name, index) => [String(index), name]))],
    [['label2id'], Object.fromEntries(names.map((name, index) => [name, index]))],
  ]);
}

/** `preprocessor_config.json` for a model that did not come with one. */
export function freshPreprocessor(
  {
    architecture,
    preprocessing,
  }: {
    readonly architecture: { readonly image: number; readonly imageWidth?: number };
    readonly preprocessing: Preprocessing;
  },
  type: string,
): string {
  const { image: height, imageWidth: width = height } = architecture;
  const { mean, std, resize, crop, interpolation = 'bilinear' } = preprocessing;
  const size =
    resize === undefined ? { height, width } : 'shortest' in resize ? { shortest_edge: resize.shortest } : resize;
  // Of an image that was resized to anything but the input, the middle is taken, said or not (transforms/test-transform.ts).
  const asItIs =
    resize === undefined || (!('shortest' in resize) && resize.height === height && resize.width === width);
  const fresh = {
    crop_size: crop ?? { height, width },
    do_center_crop: crop !== undefined || !asItIs,
    do_normalize: true,
    do_rescale: true,
    do_resize: resize !== undefined || crop === undefined,
    image_mean: mean,
    image_processor_type: type,
    image_std: std,
    resample: { nearest: 0, bilinear: 2, bicubic: 3 }[interpolation],
    rescale_factor: 1 / 255,
    size,
  };
  return `${JSON.stringify(fresh, null, 2)}\n`;
}

/** The fields of a head in a fresh config. */
export function freshLabels({ head, classes }: Pick<Outgoing, 'head' | 'classes'>): Record<string, unknown> {
  if (head === null) return {};
  const names = Array.from({ length: head }, (_, index) => classes?.[index] ?? `LABEL_${index}`);
  return {
    id2label: Object.fromEntries(names.map((name, index) => [String(index), name])),
    label2id: Object.fromEntries(names.map((name, index) => [name, index])),
  };
}
