import sharp from 'sharp';

/** The library that turns encoded images into pixels, e.g. 'sharp-0.35.5/libvips-8.18.7': another may round differently. */
export const IMAGE_DECODER = `sharp-${sharp.versions.sharp ?? 'unknown'}/libvips-${sharp.versions.vips}`;
