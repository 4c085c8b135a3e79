import { type CheckpointReader, openCheckpoint } from '@stockpot/engine/checkpoints';
import { compareBuffers, compareModels, isModel, type ModelHeader } from '@stockpot/engine/models';
import { EXIT_FAILED } from '../failure.js';
import { printable } from '../printable.js';
import { whole } from '../progress/format.js';

/** Mismatches of tensors that are listed one by one. */
const SHOWN = 20;

/**
 * Says whether two checkpoints may be averaged or fine-tuned together, and each reason why not with what to do. The exit
 * code is 1 when they do not fit, as that of `diff` is.
 */
export async function compareCommand(
  first: string,
  second: string,
  { json }: { readonly json?: boolean },
): Promise<void> {
  await using one = await openCheckpoint(first);
  await using other = await openCheckpoint(second);
  const findings = [...compareModels(headerOf(one), headerOf(other)), ...(await compareBuffers(one, other))];
  if (findings.length > 0) process.exitCode = EXIT_FAILED;
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify({ first, second, compatible: findings.length === 0, findings }, null, 2)}\n`,
    );
    return;
  }
  if (findings.length === 0) {
    const tensors = `${whole(one.tensors.size)} tensors of the same names, shapes and types`;
    process.stdout.write(
      isModel(one.metadata)
        ? `${first} and ${second} fit together: ${tensors}, and one origin. They may be averaged.\n`
        : `${first} and ${second} have ${tensors}. They do not say what model they are; import them to know whether they may be averaged.\n`,
    );
    return;
  }
  process.stdout.write(`${second} does not fit ${first}:\n`);
  for (const { kind, message, advice } of findings.slice(0, SHOWN)) {
    process.stdout.write(`  ${kind}: ${printable(message)}.\n    ${advice}\n`);
  }
  if (findings.length > SHOWN)
    process.stdout.write(`  … and ${whole(findings.length - SHOWN)} more (--json lists all)\n`);
}

function headerOf({ path, tensors, metadata }: CheckpointReader): ModelHeader {
  return { source: path, types: tensors, metadata };
}
