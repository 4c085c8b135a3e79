/** @file What a file answers, beside the model that it was made of. */
import { openOnnxFile } from '../runtime/onnx-file.js';
import type { FilePrecision } from './encode-network.js';
import { ExportError } from './errors.js';
import type { ExportExamples } from './examples.js';
import type { NetworkExport, NetworkExportOptions } from './export-network.js';
import { type Comparison, compareAnswers, rowsByFile } from './measure.js';

/** The answers of the model, by the engine that trained and scored it, and those of the file. */
export async function compared(
  path: string,
  batch: number | null,
  { subject, classes }: Pick<NetworkExport, 'subject' | 'classes'>,
  examples: ExportExamples,
  { threads, signal, onProgress }: NetworkExportOptions,
): Promise<Comparison> {
  refuseOtherClasses(classes, examples);
  if (!subject.tensors.has('head.weight')) {
    throw new ExportError(
      'The model has no head, so it has no accuracy that could be measured.',
      'Export it without --data and --benchmark, or fine-tune it first.',
    );
  }
  const n = examples.labels.length;
  const { many } = subject.unit;
  const told = (what: string) => (done: number) => onProgress?.(`${many} answered by the ${what}`, done, n);
  const wanted = await subject.answers(examples, { threads, signal, onProgress: told('model') });
  const session = await openOnnxFile(path, { threads });
  try {
    await using own = await subject.fed(examples, signal);
    const found = await rowsByFile(session, own, batch, { signal, onProgress: told('file') });
    return compareAnswers(examples, wanted, found);
  } finally {
    await session.dispose();
  }
}

/** Throws ExportError where a row of the head answers another class than the data mean by its number. */
function refuseOtherClasses(classes: readonly string[] | null, { classNames }: ExportExamples): void {
  const row = classes === null || classNames === null ? -1 : classes.findIndex((name, at) => name !== classNames[at]);
  if (row < 0) return;
  throw new ExportError(
    `Row ${row} of the head answers the class '${classes?.[row]}', which in the data is '${classNames?.[row] ?? 'none'}'.`,
    'Give data with the same classes in the same order.',
  );
}

/** Throws ExportError for a file that loses more than is allowed. */
export function refuseLoss(
  precision: FilePrecision,
  { original, exported, n }: Comparison,
  { tolerance, many }: { readonly tolerance: number; readonly many: string },
): void {
  const lost = original.top1 - exported.top1;
  if (lost <= tolerance) return;
  const points = (share: number) => (100 * share).toFixed(2);
  throw new ExportError(
    `As ${precision} the model answers ${points(exported.top1)} % of ${n} ${many} right, and ${points(original.top1)} % as it is: ` +
      `it would lose ${points(lost)} points, more than the ${points(tolerance)} that are allowed. Nothing was written.`,
    ADVICE[precision],
  );
}

const ADVICE: Readonly<Record<FilePrecision, string>> = {
  f32: 'This was not expected: report it with the checkpoint.',
  f16: 'Take --precision f32, or allow the loss: --tolerance 0.05 allows 5 points.',
  'int8-dynamic':
    "Keep the most sensitive weights in f32 (--keep 'head.*'), try --reduce-range, take f16, or allow the loss: --tolerance 0.05 allows 5 points.",
  'int8-static':
    "Calibrate on more examples or by --ranges min-max, keep the most sensitive weights in f32 (--keep 'head.*'), try --reduce-range, or allow the loss: --tolerance 0.05 allows 5 points.",
};
