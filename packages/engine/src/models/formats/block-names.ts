import type { NameEntry } from './format.js';

/** How a family calls the parts of a block, behind the block's own prefix. */
export interface BlockNames {
  readonly norm1: string;
  readonly norm2: string;
  /** One name for the joined projection, or query, key and value. */
  readonly qkv: readonly string[];
  readonly proj: string;
  readonly fc1: string;
  readonly fc2: string;
  readonly ls1: string;
  readonly ls2: string;
}

/**
 * The place of one of a block's tensors.
 *
 * @param house the whole name: `blocks.3.attn.qkv.weight`
 * @param rest what follows the block's prefix: `attn.qkv.weight`
 * @param prefix the foreign block's prefix with its dot: `encoder.layer.3.`
 */
export function blockEntry(house: string, rest: string, prefix: string, names: BlockNames): NameEntry {
  const kind = rest.slice(rest.lastIndexOf('.') + 1);
  const part = rest.slice(0, rest.lastIndexOf('.'));
  const at = (name: string): NameEntry => ({ house, foreign: [`${prefix}${name}.${kind}`] });
  switch (part) {
    case 'norm1':
      return at(names.norm1);
    case 'norm2':
      return at(names.norm2);
    case 'attn.qkv':
      // openai's in_proj_weight has an underscore where the others have a dot.
      return {
        house,
        foreign: names.qkv.map((name) => (name.endsWith('_') ? `${prefix}${name}${kind}` : `${prefix}${name}.${kind}`)),
      };
    case 'attn.proj':
      return at(names.proj);
    case 'mlp.fc1':
      return at(names.fc1);
    case 'mlp.fc2':
      return at(names.fc2);
    case 'ls1':
      return { house, foreign: [`${prefix}${names.ls1}`] };
    case 'ls2':
      return { house, foreign: [`${prefix}${names.ls2}`] };
    default:
      throw new Error(`A block has no part ${part}.`);
  }
}

const BLOCK = /^(decoder_blocks|blocks)\.([0-9]+)\.(.+)$/;

/** `blocks.3.attn.qkv.weight` in its pieces; null for a tensor outside the blocks. */
export function blockOf(house: string): { stack: 'blocks' | 'decoder_blocks'; index: number; rest: string } | null {
  const [, stack, index, rest] = BLOCK.exec(house) ?? [];
  if (stack === undefined || index === undefined || rest === undefined) return null;
  return { stack: stack === 'blocks' ? 'blocks' : 'decoder_blocks', index: Number(index), rest };
}
