import { z } from 'zod';

/** Bytes of a graph without its weights, packed: far more than any network has nodes. */
const MAX_PACKED = 16 * 1024 * 1024;

/**
 * A network that came as an `.onnx` file: the graph itself, its weights taken out and called parameters. What its head reads
 * is one of its outputs.
 */
export const onnxArchitectureSchema = z.strictObject({
  family: z.literal('onnx'),
  /** Height of the image in pixels, and its width where no other is given. */
  image: z.int().min(1).max(4096),
  /** Width of an image that is no square. */
  imageWidth: z.int().min(1).max(4096).exactOptional(),
  channels: z.int().min(1).max(1024),
  /** Name of the input that takes normalised images [batch, channels, height, width]. */
  input: z.string().min(1),
  /** Name of the output that is the features, [batch, …]: flattened to rows. */
  features: z.string().min(1),
  /** Width of a row of features. */
  width: z.int().min(1),
  /** The file without its weights: base64 of its gzipped bytes. */
  graph: z.base64().max(MAX_PACKED),
});

export type OnnxArchitecture = z.output<typeof onnxArchitectureSchema>;
