/** @file Runs the oracle's training with a checkpoint after every step and dies by SIGKILL in the step it is told. */

import { Recorder, training } from './curve.fixture.js';
import { train } from './train.js';

const [path = '', fatal = ''] = process.argv.slice(2);
const reporter = new Recorder();
reporter.onStep = (step) => {
  if (step === Number(fatal)) process.kill(process.pid, 'SIGKILL');
};
await train(training, {
  threads: 1,
  device: 'cpu',
  reporter,
  signal: new AbortController().signal,
  checkpoints: { path, fingerprint: 'the curve', everySeconds: 0 },
});
