/** The encodings that are read. Everything else that libvips could open (SVG, PDF, TIFF, …) is refused unseen. */
export type ImageKind = 'jpeg' | 'png' | 'webp' | 'gif';

const MAGIC: readonly { readonly kind: ImageKind; readonly at: number; readonly bytes: string }[] = [
  { kind: 'jpeg', at: 0, bytes: '\xff\xd8\xff' },
  { kind: 'png', at: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { kind: 'webp', at: 8, bytes: 'WEBP' },
  { kind: 'gif', at: 0, bytes: 'GIF8' },
];

/** What an image file is by its first bytes, whatever its name says; null for anything that is not read. */
export function imageKind(bytes: Uint8Array): ImageKind | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  return MAGIC.find(({ at, bytes: magic }) => start.startsWith(magic, at))?.kind ?? null;
}

/** File names that are taken for images when a folder or an archive is looked through. */
export const IMAGE_FILE = /\.(?:jpe?g|png|webp|gif)$/i;
