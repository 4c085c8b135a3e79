/**
 * The layer of a tensor by its name: everything up to and including the first part that is a number ('blocks.3' of
 * 'blocks.3.attn.qkv.weight', 'vit.encoder.layer.3' of Hugging Face's name for it); the first part where none is ('head' of
 * 'head.weight').
 */
export function layerOfName(name: string): string {
  const parts = name.split('.');
  const place = parts.findIndex((part) => /^\d+$/.test(part));
  return place < 0 ? (parts[0] ?? name) : parts.slice(0, place + 1).join('.');
}
