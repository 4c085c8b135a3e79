import { gradients } from '../../autodiff/index.js';
import { GraphBuilder, type Tensor, type Value } from '../../graph/index.js';
import { type DeviceName, openStepper } from '../../runtime/index.js';
import { smoothedTargets, softTargetCrossEntropy } from '../../training/cross-entropy.js';
import type { AttackTarget } from './attack-target.js';

export interface InputGradientOptions {
  /** Images of one run; the last run is padded. */
  readonly batch: number;
  readonly threads: number;
  readonly device?: DeviceName;
}

/** Answers of a model with the gradient of the loss by the pixels of each image. */
export interface InputGradient {
  /**
   * @param pixels [n, ...imageShape], n at most the batch
   * @returns logits [n, classes], and for each image d cross-entropy(image, label) / d pixels [n, ...imageShape]
   */
  at(pixels: Float32Array, labels: ArrayLike<number>): Promise<{ logits: Float32Array; gradient: Float32Array }>;
  dispose(): Promise<void>;
}

/** Compiles forward and backward pass of a target. The loss is the sum over images, so that no image's gradient knows of another. */
export async function inputGradient(
  target: AttackTarget,
  { batch, threads, device = 'cpu' }: InputGradientOptions,
): Promise<InputGradient> {
  const { imageShape, classes, weights } = target;
  const size = imageShape.reduce((product, dimension) => product * dimension, 1);
  const b = new GraphBuilder();
  const values = new Map<string, Value>();
  for (const [name, { dtype, shape }] of weights) values.set(name, b.input(weightName(name), dtype, shape));
  const pixels = b.input('pixels', 'f32', [batch, ...imageShape]);
  const targets = b.input('targets', 'f32', [batch, classes]);
  const logits = target.logits(b, parameterOf(values), pixels);
  const loss = b.mul(softTargetCrossEntropy(b, logits, targets), batch);
  const [gradient = loss] = gradients(b, loss, [pixels]);
  b.output('logits', logits);
  b.output('gradient', gradient);
  const state = Object.fromEntries([...weights].map(([name, tensor]) => [weightName(name), tensor]));
  const stepper = await openStepper(b.build(), { device, threads, state });
  return {
    async at(images, labels) {
      const n = labels.length;
      const padded = new Float32Array(batch * size);
      padded.set(images);
      const rows = new Float32Array(batch * classes);
      rows.set(smoothedTargets(labels, classes, 0));
      const outputs = await stepper.step({
        pixels: { dtype: 'f32', shape: [batch, ...imageShape], data: padded },
        targets: { dtype: 'f32', shape: [batch, classes], data: rows },
      });
      return {
        logits: floats(outputs.logits).slice(0, n * classes),
        gradient: floats(outputs.gradient).slice(0, n * size),
      };
    },
    dispose: () => stepper.dispose(),
  };
}

/** No model calls a tensor so, so that none can be taken for the pixels. */
function weightName(parameter: string): string {
  return `weight ${parameter}`;
}

function parameterOf(values: ReadonlyMap<string, Value>): (name: string) => Value {
  return (name) => {
    const found = values.get(name);
    if (found === undefined) throw new Error(`The target reads a tensor ${name} that is not among its weights.`);
    return found;
  };
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('The attacked network gave no f32 numbers.');
  return tensor.data;
}
