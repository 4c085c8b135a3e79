/** @file Checkpoints of the size of ViT-B/16 with a head of 1,000 classes: 86.6 million f32 under the names of timm. */
import { join } from 'node:path';
import type { StoredType } from '../checkpoints/storage.js';
import { safetensorsStream } from '../checkpoints/stream.js';
import { writeFileAtomically } from '../checkpoints/write-checkpoint.js';

const DIM = 768;

function shapes(): [string, number[]][] {
  const block = (index: number): [string, number[]][] => [
    [`blocks.${index}.norm1.weight`, [DIM]],
    [`blocks.${index}.norm1.bias`, [DIM]],
    [`blocks.${index}.attn.qkv.weight`, [3 * DIM, DIM]],
    [`blocks.${index}.attn.qkv.bias`, [3 * DIM]],
    [`blocks.${index}.attn.proj.weight`, [DIM, DIM]],
    [`blocks.${index}.attn.proj.bias`, [DIM]],
    [`blocks.${index}.norm2.weight`, [DIM]],
    [`blocks.${index}.norm2.bias`, [DIM]],
    [`blocks.${index}.mlp.fc1.weight`, [4 * DIM, DIM]],
    [`blocks.${index}.mlp.fc1.bias`, [4 * DIM]],
    [`blocks.${index}.mlp.fc2.weight`, [DIM, 4 * DIM]],
    [`blocks.${index}.mlp.fc2.bias`, [DIM]],
  ];
  return [
    ['cls_token', [1, 1, DIM]],
    ['pos_embed', [1, 197, DIM]],
    ['patch_embed.proj.weight', [DIM, 3, 16, 16]],
    ['patch_embed.proj.bias', [DIM]],
    ...Array.from({ length: 12 }, (_, index) => block(index)).flat(),
    ['norm.weight', [DIM]],
    ['norm.bias', [DIM]],
    ['head.weight', [1000, DIM]],
    ['head.bias', [1000]],
  ];
}

/** Writes models that lie near one another, as fine-tunings of one stock do. Returns their paths. */
export async function writeVitB(folder: string, count: number): Promise<readonly string[]> {
  const types = new Map<string, StoredType>(shapes().map(([name, shape]) => [name, { dtype: 'f32', shape }]));
  const paths: string[] = [];
  for (let model = 0; model < count; model++) {
    const bytesOf = async (name: string) => {
      const { shape } = types.get(name) ?? { shape: [0] };
      const values = weights(
        shape.reduce((product, length) => product * length, 1),
        name,
        model,
      );
      return new Uint8Array(values.buffer);
    };
    const path = join(folder, `ingredient ${model}.safetensors`);
    await writeFileAtomically(path, safetensorsStream({ types, metadata: {}, bytesOf }));
    paths.push(path);
  }
  return paths;
}

/** Bell-shaped weights of the stock, each moved a little. Nothing that is measured depends on better random numbers. */
function weights(length: number, name: string, model: number): Float32Array<ArrayBuffer> {
  const stock = generator([...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7));
  const moves = generator(model * 7919 + length);
  return Float32Array.from({ length }, () => (stock() + stock() + stock()) * 0.02 + moves() * 0.002);
}

/** Numbers in [−½, ½). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}
