import { dinov2 } from './dinov2.js';
import type { CheckpointFormat, FormatName } from './format.js';
import { huggingFaceClip } from './huggingface-clip.js';
import { huggingFaceDinov2 } from './huggingface-dinov2.js';
import { huggingFaceVit } from './huggingface-vit.js';
import { huggingFaceVitMae } from './huggingface-vit-mae.js';
import { mae } from './mae.js';
import { mocoV3 } from './moco-v3.js';
import { openaiClip } from './openai-clip.js';
import { timm } from './timm.js';

/** Every format, in the order in which they are tried; a new one is one file and one row. */
const formats: { readonly [Name in FormatName]: CheckpointFormat } = {
  'huggingface-vit': huggingFaceVit,
  'huggingface-vit-mae': huggingFaceVitMae,
  'huggingface-clip': huggingFaceClip,
  'huggingface-dinov2': huggingFaceDinov2,
  'openai-clip': openaiClip,
  dinov2,
  'moco-v3': mocoV3,
  mae,
  // After everything that uses its names.
  timm,
};

export const checkpointFormats: readonly CheckpointFormat[] = Object.values(formats);

export function checkpointFormat(name: FormatName): CheckpointFormat {
  return formats[name];
}
