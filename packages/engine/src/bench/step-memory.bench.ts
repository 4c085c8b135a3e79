/**
 * @file A process that takes training steps: SIZE BATCH THREADS [STEPS]. Prints the peak of its resident memory in MB and the
 * median time of a step in ms, the first two left out.
 */
import { openVisionStep, SIZES, type Size } from './vision-step.bench.js';

const [size, batch, threads, steps = '3'] = process.argv.slice(2);
const { stepper, feeds } = await openVisionStep(sizeOf(size), Number(batch), Number(threads));
const times: number[] = [];
for (let i = 0; i < Number(steps); i++) {
  const begun = performance.now();
  await stepper.step(feeds);
  times.push(performance.now() - begun);
}
await stepper.dispose();
const counted = times.slice(2).sort((a, b) => a - b);
console.log(process.resourceUsage().maxRSS / 1024, counted[Math.floor(counted.length / 2)]);

function sizeOf(name: string | undefined): Size {
  if (name !== undefined && Object.hasOwn(SIZES, name)) return name as Size;
  throw new Error(`There is no ViT of size '${name}'; give one of ${Object.keys(SIZES).join(', ')}.`);
}
