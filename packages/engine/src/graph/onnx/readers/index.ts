/**
 * The operators of ONNX that the graph's own table does not cover as they are: those it has not, written with others, and
 * those whose definition changed between opsets. Everything else is read by the table (graph/operators).
 */
import type { NodeReader } from '../onnx-node.js';
import { activations } from './activations.js';
import { arithmetic } from './arithmetic.js';
import { attentions } from './attention.js';
import { constants } from './constants.js';
import { contrib } from './contrib.js';
import { convolutions } from './convolutions.js';
import { einsums } from './einsum.js';
import { normalizations } from './normalizations.js';
import { reductions } from './reductions.js';
import { resizes } from './resize.js';
import { shapes } from './shapes.js';

export { refusals } from './refused.js';

/** By domain ('' is the standard), then by type. */
export const nodeReaders: Readonly<Record<string, Readonly<Record<string, NodeReader>>>> = {
  '': {
    ...constants,
    ...arithmetic,
    ...activations,
    ...reductions,
    ...normalizations,
    ...convolutions,
    ...shapes,
    ...resizes,
    ...einsums,
    ...attentions,
  },
  'com.microsoft': contrib,
};
