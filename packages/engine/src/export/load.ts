import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CookedRun, ModelStep } from '../analysis/subject/cooked-run.js';
import type { CheckpointReader } from '../checkpoints/open-checkpoint.js';
import type { Tensor } from '../graph/tensor.js';
import { classesOf, describeModel, isModel } from '../models/metadata.js';
import { textModelOf } from '../models/text/load-text-model.js';
import { describeTextModel, isTextModel } from '../models/text/text-checkpoint.js';
import { type VisionModel, visionModel } from '../models/vision-model.js';
import { parseCertificate, readCertificate, type SoupCertificate } from '../soups/certificate.js';
import { ExportError } from './errors.js';
import { imageSubject } from './image-subject.js';
import type { ExportSubject } from './subject.js';
import { textSubject } from './text-subject.js';

/**
 * The model of a checkpoint. Throws ExportError for one that is no model in Stockpot's names, and for a preparation that is no
 * part of a text model's file.
 *
 * @param pixels whether the file of a model of images takes pixels and normalises them itself
 */
export async function loadForExport(
  reader: CheckpointReader,
  pixels: boolean,
): Promise<{ readonly subject: ExportSubject; readonly classes: readonly string[] | null }> {
  const { metadata, path } = reader;
  if (isTextModel(metadata)) {
    if (pixels) {
      throw new ExportError(
        `${path} is a text model: an ONNX file takes tokens, and cannot make them of text itself.`,
        'Leave --preprocessing out: the tokenizer is written beside the file.',
      );
    }
    const { architecture, tokenizer, model } = textModelOf(new Map(), metadata, path);
    const tensors = await readWanted(reader, model);
    const subject = textSubject({ architecture, tokenizer, tensors, described: metadata });
    return { subject, classes: describeTextModel(metadata, path).classes };
  }
  if (!isModel(metadata)) {
    throw new ExportError(
      `${path} does not say what model it is.`,
      'Bring it in first: stockpot import CHECKPOINT -o DIR; then export that.',
    );
  }
  const { architecture, preprocessing } = describeModel(metadata, path);
  const model = visionModel(architecture);
  const tensors = await readWanted(reader, model);
  return {
    subject: imageSubject({ architecture, preprocessing, tensors }, pixels),
    classes: classesOf(metadata, path),
  };
}

/** The tensors of the model and its head; what travels along with them stays behind. */
async function readWanted(reader: CheckpointReader, model: Pick<VisionModel, 'parameters' | 'head'>) {
  const wanted = new Set([...model.parameters, ...model.head(1)].map(({ name }) => name));
  const tensors = new Map<string, Tensor>();
  for (const name of reader.tensors.keys()) if (wanted.has(name)) tensors.set(name, await reader.read(name));
  return tensors;
}

/** The certificate in a soup, or beside it in the store of a cooked recipe, with the SHA-256 of its JSON. */
export async function certificateOf(
  metadata: ReadonlyMap<string, string>,
  run: CookedRun | null,
  step: ModelStep | null,
): Promise<{ readonly facts: SoupCertificate; readonly sha256: string } | null> {
  const beside = run === null || step === null ? undefined : run.path(step, 'certificate');
  const text = beside === undefined ? undefined : await readFile(beside, 'utf8');
  const facts = text === undefined ? readCertificate(metadata) : parseCertificate(text);
  if (facts === null) return null;
  const bytes = text ?? metadata.get('stockpot.certificate') ?? '';
  return { facts, sha256: createHash('sha256').update(bytes).digest('hex') };
}
