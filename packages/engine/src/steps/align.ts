import { z } from 'zod';
import { openCheckpoint } from '../checkpoints/open-checkpoint.js';
import { safetensorsStream } from '../checkpoints/stream.js';
import { canonicalJson } from '../json.js';
import { shownArchitecture } from '../models/architecture.js';
import { elementCount } from '../models/parameters.js';
import { alignParameters } from '../recipe/parameters.js';
import { alignModels } from '../soups/alignment/align-models.js';
import { functionDifference } from '../soups/alignment/function-difference.js';
import { permutationDocument } from '../soups/alignment/permutation-document.js';
import { SoupError } from '../soups/index.js';
import { defineStep, inputOf } from './definition.js';
import { jsonRecord } from './training-summary.js';

/** Of the greatest answer: what the rounding of f32 sums in another order comes to, with room. */
const ROUNDING = 1e-3;

/**
 * Puts the units of the input `model` in the order in which they come closest to those of `reference`: another checkpoint of the
 * same function. Outputs: `checkpoint`, and the `permutation` (JSON) by which it follows from the model.
 */
export const align = defineStep({
  kind: 'align',
  parameters: alignParameters,
  summary: z.strictObject({
    architecture: jsonRecord,
    /** SHA-256 of the model, of its reference, and of the document of the permutation. */
    model: z.string(),
    reference: z.string(),
    permutation: z.string(),
    /** Σ ⟨reference, model⟩ over all tensors with symmetries, before and after. */
    objective: z.array(z.number()).length(2),
    /** False: the search ended before it found nothing more to do. */
    converged: z.boolean(),
    groups: z.array(z.strictObject({ name: z.string(), units: z.int().min(1), moved: z.int().min(0) })),
    /** How far the aligned model answers from the one before, on inputs that were drawn, and their greatest answer. */
    inputs: z.int().min(1),
    largestDifference: z.number().min(0),
    largestAnswer: z.number().min(0),
    /** Numbers in the checkpoint's tensors. */
    parameters: z.int().min(0),
  }),
  async execute(_, context) {
    const { store, threads, signal, reporter } = context;
    const [model, reference] = [inputOf(context, 'model'), inputOf(context, 'reference')];
    await using to = await openCheckpoint(reference.path);
    await using from = await openCheckpoint(model.path);
    reporter.progress({ done: 0, total: 2, unit: 'parts' });
    const aligned = await alignModels(
      { reader: to, name: `The reference (artifact ${reference.hash.slice(0, 12)})`, content: reference.hash },
      { reader: from, name: `The model (artifact ${model.hash.slice(0, 12)})`, content: model.hash },
      signal,
    );
    reporter.progress({ done: 1, total: 2, unit: 'parts' });
    const { architecture } = aligned.description;
    const difference = await functionDifference(architecture, aligned.before, aligned.after, threads);
    assertUnchanged(difference);
    const document = permutationDocument(aligned);
    const [permutation, checkpoint] = [
      await store.put(Buffer.from(canonicalJson(document)), 'application/json'),
      await store.put(safetensorsStream(aligned.source), 'application/x-safetensors'),
    ];
    const { groups, objective, ...alignment } = aligned.alignment;
    let parameters = 0;
    for (const { shape } of aligned.source.types.values()) parameters += elementCount(shape);
    return {
      outputs: { checkpoint, permutation },
      summary: {
        architecture: jsonRecord.parse(shownArchitecture(architecture)),
        ...alignment,
        ...difference,
        permutation: permutation.hash,
        objective: [...objective],
        groups: groups.map((group) => ({ ...group })),
        parameters,
      },
    };
  },
});

/** Moving units around changes no function: anything but rounding is a mistake of ours, and no model to go on with. */
function assertUnchanged({ largestDifference, largestAnswer }: Awaited<ReturnType<typeof functionDifference>>): void {
  if (largestDifference <= ROUNDING * Math.max(largestAnswer, 1e-6)) return;
  throw new SoupError(
    `The aligned model answers otherwise than before: by up to ${largestDifference}, where the greatest answer is ${largestAnswer}.`,
    'Its weights may be too large for f32; leave it out of the alignment.',
  );
}
