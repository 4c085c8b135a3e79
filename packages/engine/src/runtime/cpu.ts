import type { Graph } from '../graph/index.js';
import type { DeviceModule } from './device.js';
import { HostSession } from './host-session.js';
import { HostStepper } from './host-stepper.js';
import { LoopedStepper } from './looped-stepper.js';

/** onnxruntime's CPU provider. The same feeds give the same bytes in every run with the same number of threads. */
export const cpu: DeviceModule = {
  open: (graph, options) => HostSession.open('cpu', graph, options),
  async openStepper(graph, state, options) {
    const { stepsAtOnce = 1 } = options;
    const open = (one: Graph) => HostSession.open('cpu', one, options);
    if (stepsAtOnce === 1) return new HostStepper(await open(graph), state, { graph, open });
    return new LoopedStepper({ graph, state, stepsAtOnce, open });
  },
};
