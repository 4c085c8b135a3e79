import { analysisRows } from './analysis.fixture.js';
import { augmentationRows } from './augmentation.fixture.js';
import { batchNormRows } from './batch-norm.fixture.js';
import { corruptionRows } from './corruptions.fixture.js';
import { dataFormats } from './data-formats.fixture.js';
import { evaluationRows } from './evaluation.fixture.js';
import { exportedFileRows } from './exported-files.fixture.js';
import { goldenVectors } from './golden-vectors.fixture.js';
import { learnedSoupRows } from './learned-soups.fixture.js';
import { mixingRows } from './mixing.fixture.js';
import { onnxExports } from './onnx-exports.fixture.js';
import { optimizerRows } from './optimizers.fixture.js';
import type { FidelityRow } from './row.fixture.js';
import { selfSupervision } from './self-supervision.fixture.js';
import { significanceRows } from './significance.fixture.js';
import { textRows } from './text.fixture.js';
import { trainingCurveRows } from './training-curves.fixture.js';
import { visionFamilies } from './vision-families.fixture.js';

/** Every comparison with an oracle, by topic. A topic is one file beside this one and one entry here. */
export const fidelityTopics: Readonly<Record<string, readonly FidelityRow[]>> = {
  'Golden vectors': goldenVectors,
  'Self-supervised losses': selfSupervision,
  'Optimizers and schedules': optimizerRows,
  'Training curves': trainingCurveRows,
  'Vision transformers': visionFamilies,
  'Text: BERT and its tokenizer': textRows,
  'ONNX files exported by PyTorch': onnxExports,
  'Files exported for use': exportedFileRows,
  'Images and augmentation': augmentationRows,
  'Decoded images': dataFormats,
  Corruptions: corruptionRows,
  'Metrics, representations and attacks': evaluationRows,
  'Statistics of comparisons': significanceRows,
  'Methods of mixing weights': mixingRows,
  'Learned soups': learnedSoupRows,
  'Batch normalisation': batchNormRows,
  'Analyses of a pool': analysisRows,
};
