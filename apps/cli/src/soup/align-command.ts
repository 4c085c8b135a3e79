import { type Alignment, alignFiles } from '@stockpot/engine/soups';
import { Command } from 'commander';
import { onInterrupt } from '../interrupt.js';
import { whole } from '../progress/format.js';
import { assertFree } from './output.js';

const EXAMPLE = 'align A.safetensors B.safetensors -o B-aligned.safetensors';

/** `stockpot align REFERENCE MODEL`: Git Re-Basin. */
export function alignCommand(): Command {
  return new Command('align')
    .description(
      "Put a vision transformer's units in the order in which they come closest to another's, so that models without a common stock can be mixed. What it computes stays the same.",
    )
    .argument('<reference>', 'the model to come close to')
    .argument('<model>', 'the model to align')
    .requiredOption('-o, --output <path>', 'a .safetensors file, or a folder')
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      `\nSource: Ainsworth, Hayase, Srinivasa, Git Re-Basin, ICLR 2023, arXiv:2209.04836, weight matching\n\nModels of one stock need no alignment.\n\nExample:\n  $ stockpot ${EXAMPLE}`,
    )
    .action(alignAction);
}

async function alignAction(
  reference: string,
  model: string,
  { output, json }: { readonly output: string; readonly json?: boolean },
): Promise<void> {
  assertFree(output);
  const interrupt = onInterrupt(() => process.stderr.write('Stopping: nothing is left behind.\n'));
  try {
    const alignment = await alignFiles({ reference, model, output }, { signal: interrupt.signal });
    process.stdout.write(json === true ? `${JSON.stringify(alignment, null, 2)}\n` : report(alignment, output));
  } finally {
    interrupt.dispose();
  }
}

function report({ objective: [before, after], converged, groups }: Alignment, output: string): string {
  const kinds = new Map<string, { units: number; moved: number }>();
  for (const { name, units, moved } of groups) {
    const kind = name.replace(/\.\d+\./g, '.*.');
    const sum = kinds.get(kind) ?? { units: 0, moved: 0 };
    kinds.set(kind, { units: sum.units + units, moved: sum.moved + moved });
  }
  const lines = [...kinds].map(
    ([kind, { units, moved }]) => `  ${kind}: ${whole(moved)} of ${whole(units)} units moved`,
  );
  return [
    ...lines,
    `Inner product of the weights: ${before.toPrecision(6)} before, ${after.toPrecision(6)} now.`,
    ...(converged ? [] : ['The search ended before it found nothing more to do.']),
    `${output} computes what it did before. Mix it with its reference, and measure whether that pays.`,
    '',
  ].join('\n');
}
