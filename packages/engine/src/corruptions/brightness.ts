import { defineCorruption, mapPixels } from './corruption.js';

export const brightness = defineCorruption({
  definition: '`light` is added to every pixel.',
  levels: [{ light: 0.1 }, { light: 0.2 }, { light: 0.3 }, { light: 0.4 }, { light: 0.5 }],
  apply: (image, { light }) => mapPixels(image, (value) => value + light),
});
