import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CookedRun, ModelStep } from '../analysis/subject/cooked-run.js';
import type { CheckpointReader } from '../checkpoints/open-checkpoint.js';
import type { Tensor } from '../graph/tensor.js';
import { classesOf, describeModel, isModel } from '../models/metadata.js';
import { isTextModel } from '../models/text/text-checkpoint.js';
import { visionModel } from '../models/vision-model.js';
import { parseCertificate, readCertificate, type SoupCertificate } from '../soups/certificate.js';
import { ExportError } from './errors.js';
import type { NetworkParts } from './network.js';

/** The model of a checkpoint. Throws ExportError for one that is no model of images in Stockpot's names. */
export async function loadForExport(
  reader: CheckpointReader,
): Promise<{ readonly model: NetworkParts; readonly classes: readonly string[] | null }> {
  const { metadata, path } = reader;
  if (isTextModel(metadata)) {
    throw new ExportError(
      `${path} is a text model, which Stockpot does not write as ONNX.`,
      'Export it as huggingface-bert; transformers and optimum make ONNX files of that.',
    );
  }
  if (!isModel(metadata)) {
    throw new ExportError(
      `${path} does not say what model it is.`,
      'Bring it in first: stockpot import CHECKPOINT -o DIR; then export that.',
    );
  }
  const { architecture, preprocessing } = describeModel(metadata, path);
  const model = visionModel(architecture);
  const wanted = new Set([...model.parameters, ...model.head(1)].map(({ name }) => name));
  const tensors = new Map<string, Tensor>();
  for (const name of reader.tensors.keys()) if (wanted.has(name)) tensors.set(name, await reader.read(name));
  return { model: { architecture, preprocessing, tensors }, classes: classesOf(metadata, path) };
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
