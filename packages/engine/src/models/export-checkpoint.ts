import type { Checkpoint } from '../checkpoints/decode.js';
import { CheckpointError } from '../checkpoints/errors.js';
import { type ExportOptions, exportModel, type ForeignModel, readFormatRecord } from './formats/index.js';
import { classesOf, describeModel } from './metadata.js';

/**
 * One of Stockpot's checkpoints in the names and with the config files of the library that it came from, or of another one.
 *
 * @param source named in errors
 * @throws {CheckpointError} when the checkpoint does not describe itself or the format has no words for it.
 */
export function exportCheckpoint(
  { tensors, metadata }: Checkpoint,
  source: string,
  options: ExportOptions = {},
): ForeignModel {
  const { architecture, preprocessing } = describeModel(metadata, source);
  const format = readFormatRecord(metadata, source);
  if (architecture.family !== 'vit') {
    throw new CheckpointError(
      source,
      `it is of the family '${architecture.family}', which no format of vision transformers has words for.`,
      architecture.family === 'onnx' ? 'Export it as it came: --format onnx.' : 'Export a vision transformer.',
    );
  }
  const classes = classesOf(metadata, source);
  return exportModel({ architecture, preprocessing, tensors, classes, format }, options);
}
