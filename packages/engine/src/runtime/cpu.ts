import { InferenceSession } from 'onnxruntime-node';
import type { Graph } from '../graph/index.js';
import { encodeOnnx } from '../graph/onnx/index.js';
import type { DeviceModule, DeviceOptions, DeviceSession } from './device.js';
import { HostSession } from './host-session.js';
import { HostStepper } from './host-stepper.js';
import { LoopedStepper } from './looped-stepper.js';
import { explain } from './onnxruntime-errors.js';
import { refuseBf16 } from './ort-tensors.js';

/**
 * onnxruntime's CPU provider. The same feeds give the same bytes in every run with the same number of threads; operators
 * run one after the other, each on `threads` threads.
 */
export const cpu: DeviceModule = {
  open,
  async openStepper(graph, state, options) {
    const { stepsAtOnce = 1 } = options;
    if (stepsAtOnce === 1) {
      const another = (other: Graph) => open(other, options);
      return new HostStepper(await open(graph, options), state, { graph, open: another });
    }
    return new LoopedStepper({ graph, state, stepsAtOnce, open: (part) => open(part, options) });
  },
};

async function open(graph: Graph, { threads }: DeviceOptions): Promise<DeviceSession> {
  refuseBf16('cpu', graph);
  try {
    const session = await InferenceSession.create(encodeOnnx(graph), {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Failures are thrown as sentences; the runtime need not print them as well.
      logSeverityLevel: 4,
      // `session.set_denormal_as_zero` is tempting and wrong: it switches the whole JavaScript thread to flush denormals,
      // so what a later soup computes in this process would depend on whether something was trained here before.
    });
    return new HostSession('cpu', session, graph);
  } catch (cause) {
    throw explain('cpu', 'prepare the graph', cause);
  }
}
