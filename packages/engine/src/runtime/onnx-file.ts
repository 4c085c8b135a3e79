import { InferenceSession } from 'onnxruntime-node';
import { dtypeNames, dtypes, type Tensor } from '../graph/index.js';
import { checkThreads } from './check-feeds.js';
import type { NamedValues } from './device.js';
import { explain } from './onnxruntime-errors.js';
import { ortTypes, toOrt } from './ort-tensors.js';

/** An ONNX file as onnxruntime runs it for anybody, on the CPU, with its own optimisations. */
export interface OnnxFileSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Throws DeviceError. */
  run(feeds: NamedValues): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

/** Opens the file at a path. Throws DeviceError for one that onnxruntime does not take. */
export async function openOnnxFile(path: string, { threads }: { readonly threads: number }): Promise<OnnxFileSession> {
  checkThreads('cpu', threads);
  const session = await InferenceSession.create(path, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
  }).catch((cause: unknown) => {
    throw explain('cpu', `open ${path}`, cause);
  });
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(feeds) {
      const fed = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt('cpu', name, tensor)]));
      const results = await session.run(fed, { logSeverityLevel: 4 }).catch((cause: unknown) => {
        throw explain('cpu', `run ${path}`, cause);
      });
      return Object.fromEntries(
        Object.entries(results).map(([name, { type, dims, data }]) => {
          const dtype = dtypeNames.find((candidate) => candidate !== 'bf16' && ortTypes[candidate] === type);
          if (dtype === undefined || !ArrayBuffer.isView(data)) throw new Error(`Output ${name} is ${type}.`);
          const { bytes, view } = dtypes[dtype];
          return [name, { dtype, shape: [...dims], data: view(data.buffer, data.byteOffset, data.byteLength / bytes) }];
        }),
      );
    },
    dispose: () => session.release(),
  };
}
