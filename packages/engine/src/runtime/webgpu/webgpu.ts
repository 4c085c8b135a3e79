import type { Graph, Tensor } from '../../graph/index.js';
import type { DeviceModule, DeviceOptions, DeviceSession, NamedValues } from '../device.js';
import { explain } from '../onnxruntime-errors.js';
import { outputsOf, toOrt } from '../ort-tensors.js';
import { inGraphTypes, lowerForWebgpu, toDevice } from './lower.js';
import { createSession } from './session.js';
import { WebgpuStepper } from './stepper.js';

/**
 * onnxruntime's WebGPU provider, which comes with the package: Vulkan, Metal or D3D12. Everything runs there or is refused.
 * Results agree with the cpu device within bounds (webgpu.test.ts), not bit for bit.
 */
export const webgpu: DeviceModule = {
  async open(graph: Graph, { threads }: DeviceOptions): Promise<DeviceSession> {
    const lowered = lowerForWebgpu(graph);
    const session = await createSession(lowered, { threads });
    return {
      async run(feeds: NamedValues): Promise<Record<string, Tensor>> {
        const fed = Object.fromEntries(
          Object.entries(feeds).map(([name, tensor]) => [name, toOrt('webgpu', name, toDevice(name, tensor))]),
        );
        const results = await session.run(fed, { logSeverityLevel: 4 }).catch((cause: unknown) => {
          throw explain('webgpu', 'run the graph', cause);
        });
        return inGraphTypes(graph, outputsOf('webgpu', lowered.outputs, results));
      },
      dispose: () => session.release(),
    };
  },
  openStepper: (graph, state, options) => WebgpuStepper.open(graph, state, options),
};
