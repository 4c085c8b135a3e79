/**
 * An expected failure: one sentence that says what was wrong and one that says what to do next. `details` (a log's last
 * lines, say) are printed between the two.
 */
export class Refusal extends Error {
  constructor(message, advice, details = '') {
    super(message);
    this.name = 'Refusal';
    this.advice = advice;
    this.details = details;
  }
}

const colours = process.stderr.isTTY && !process.env.NO_COLOR;

export function paint(code, text) {
  return colours ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** Prints an error as people should meet it: the sentence, what is known, the next step. Anything unexpected keeps its stack. */
export function printFailure(error) {
  const known = error instanceof Error && typeof error.advice === 'string';
  const message = known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`\n${paint(31, '✗')} ${message}\n`);
  if (known && error.details) process.stderr.write(`\n${indent(error.details)}\n\n`);
  if (known && error.advice) process.stderr.write(`  ${error.advice}\n`);
}

function indent(text) {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
