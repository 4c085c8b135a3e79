/** @file Models of the engine's fixtures, and the same models some way off. Used by tests only. */
import type { decodeSafetensors } from '@stockpot/engine/checkpoints';
import { z } from 'zod';

export type Tensors = ReturnType<typeof decodeSafetensors>['tensors'];

/** A tensor as the oracles pack it into JSON. */
export const packed = z.object({ shape: z.array(z.int()), f32: z.base64() });

export function unpacked(tensors: Readonly<Record<string, z.output<typeof packed>>>): Tensors {
  return new Map(
    Object.entries(tensors).map(([name, { shape, f32 }]) => {
      const data = new Float32Array(Uint8Array.from(Buffer.from(f32, 'base64')).buffer);
      return [name, { dtype: 'f32', shape, data }] as const;
    }),
  );
}

/** The same model some way off, by up to `most` in each weight; 0 is the model itself. */
export function moved(tensors: Tensors, way: number, most: number): Tensors {
  return new Map(
    [...tensors].map(([name, tensor]) => {
      if (!(tensor.data instanceof Float32Array)) return [name, tensor];
      const data = tensor.data.map((value, at) => value + most * Math.sin(way * (7 + name.length) + at * 1.7 * way));
      return [name, { dtype: 'f32', shape: tensor.shape, data }];
    }),
  );
}
