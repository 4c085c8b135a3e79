import type { Preprocessing } from '../../data/preprocessing.js';

/** ImageNet's mean and deviation, and the evaluation of MAE, MoCo v3 and DINOv2: shorter side 256, the centre 224. */
export function imageNetPreparation(image: number): Preprocessing {
  return {
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    resize: { shortest: Math.round((image * 256) / 224) },
    crop: { height: image, width: image },
    interpolation: 'bicubic',
  };
}

/** How CLIP was trained to see: its own mean and deviation, the shorter side resized to the input. */
export function clipPreparation(image: number): Preprocessing {
  return {
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
    resize: { shortest: image },
    crop: { height: image, width: image },
    interpolation: 'bicubic',
  };
}
