/**
 * @file What a file is that is not safetensors, by its first bytes. Formats that run code when they are opened are never
 * opened here, not even to convert them.
 */

const CONVERT =
  "Convert it where you trust its origin: load it with weights_only=True and save it with safetensors.torch.save_file. Stockpot never opens pickles: loading one runs its author's code.";

/** Control characters other than tabs and ends of lines. */
const UNTEXTUAL = /(?![\t\n\v\f\r])\p{Cc}/u;

interface Format {
  readonly name: string;
  readonly matches: (head: Uint8Array) => boolean;
  readonly advice: string;
}

const startsWith =
  (...bytes: number[]) =>
  (head: Uint8Array) =>
    bytes.every((byte, index) => head[index] === byte);
const startsWithText = (text: string) => startsWith(...new TextEncoder().encode(text));

const FORMATS: readonly Format[] = [
  { name: 'a zip archive, as PyTorch writes its .pt and .bin files', matches: startsWithText('PK'), advice: CONVERT },
  {
    name: 'a Python pickle',
    matches: (head) => head[0] === 0x80 && (head[1] ?? 0) >= 1 && (head[1] ?? 0) <= 5,
    advice: CONVERT,
  },
  { name: 'gzip data', matches: startsWith(0x1f, 0x8b), advice: 'Decompress it and give the file inside.' },
  { name: 'zstd data', matches: startsWith(0x28, 0xb5, 0x2f, 0xfd), advice: 'Decompress it and give the file inside.' },
  { name: 'an HDF5 file', matches: startsWith(0x89, 0x48, 0x44, 0x46), advice: 'Save the weights as safetensors.' },
  {
    name: 'a NumPy array',
    matches: startsWith(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59),
    advice: 'Save the weights as safetensors.',
  },
  { name: 'a GGUF file', matches: startsWithText('GGUF'), advice: 'Use the model before it was quantised to GGUF.' },
  {
    name: 'an ONNX file',
    // Protocol buffers: ir_version (field 1), a small number, then the producer's name (2) or the graph (7) or opsets (8).
    matches: (head) => head[0] === 0x08 && (head[1] ?? 0) <= 32 && [0x12, 0x1a, 0x3a, 0x42].includes(head[2] ?? 0),
    advice: 'Import it: stockpot import FILE.onnx -o DIR --mean … --std …',
  },
  { name: 'a program (ELF)', matches: startsWith(0x7f, 0x45, 0x4c, 0x46), advice: 'Check which file you meant.' },
  {
    name: 'a Git LFS pointer, not the file it points to',
    matches: startsWithText('version https://git-lfs'),
    advice: 'Run git lfs pull in the repository it came from.',
  },
  {
    name: 'a web page',
    matches: (head) => /^\s*<(!doctype|html)/i.test(new TextDecoder('latin1').decode(head)),
    advice: 'The download gave an error page: fetch the file again.',
  },
  {
    name: 'a JSON document',
    matches: (head) => isText(head) && /^\s*[{[]/.test(textOf(head)),
    advice:
      'Name the weights: model.safetensors, the index of its shards (model.safetensors.index.json), or the folder of both.',
  },
  {
    name: 'YAML, as recipes are',
    // The beginning of a recipe may be nothing but a comment.
    matches: (head) => isText(head) && /^(\s*#(?!!)|%YAML|---\s|\s*[\w.-]+:(\s|$))/.test(textOf(head)),
    advice: 'A recipe is checked by stockpot validate and cooked by stockpot cook; here a checkpoint is meant.',
  },
  {
    name: 'a text',
    matches: isText,
    advice: 'Name a checkpoint: a .safetensors file, the index of its shards, or the folder that they lie in.',
  },
];

function textOf(head: Uint8Array): string {
  return new TextDecoder('utf-8').decode(head);
}

/** Whether the bytes are UTF-8 without control characters; the last character may be cut off. */
function isText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  try {
    // A safetensors file begins with a length, whose highest bytes are 0.
    return !UNTEXTUAL.test(new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }));
  } catch {
    return false;
  }
}

/** The format of a file that is not safetensors, if it is a known one. */
export function identifyForeignFormat(head: Uint8Array): { name: string; advice: string } | undefined {
  return FORMATS.find((format) => format.matches(head));
}
