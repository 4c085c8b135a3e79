import { z } from 'zod';
import { type DType, dtypeNames, dtypes, type Tensor } from '../index.js';

/** A tensor as the oracles in test/oracles/onnx read and write it. */
export const packedTensor = z
  .strictObject({ dtype: z.enum(dtypeNames as [DType, ...DType[]]), shape: z.array(z.int()), data: z.base64() })
  .transform(({ dtype, shape, data }): Tensor => {
    const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
    return { dtype, shape, data: dtypes[dtype].view(bytes.buffer, 0, bytes.length / dtypes[dtype].bytes) };
  });

export function pack({ dtype, shape, data }: Tensor): z.input<typeof packedTensor> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return { dtype, shape: [...shape], data: bytes.toString('base64') };
}
