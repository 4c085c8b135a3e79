/** @file Prints the peak of resident memory, in MB, of a process that takes three training steps: SIZE BATCH THREADS. */
import { openVisionStep, SIZES, type Size } from './vision-step.bench.js';

const [size, batch, threads] = process.argv.slice(2);
const { stepper, feeds } = await openVisionStep(sizeOf(size), Number(batch), Number(threads));
for (let i = 0; i < 3; i++) await stepper.step(feeds);
await stepper.dispose();
console.log(process.resourceUsage().maxRSS / 1024);

function sizeOf(name: string | undefined): Size {
  if (name !== undefined && Object.hasOwn(SIZES, name)) return name as Size;
  throw new Error(`There is no ViT of size '${name}'; give one of ${Object.keys(SIZES).join(', ')}.`);
}
