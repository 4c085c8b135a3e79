/** @file Measures every row of the fidelity tables, writes them to docs/fidelity.md and exits 1 when one exceeds its bound. */
import { writeFileSync } from 'node:fs';
import { fidelityTopics } from '../src/fidelity/rows.fixture.js';

const lines = [
  '# Fidelity',
  '',
  'What Stockpot computes beside what an independent oracle computed. `npm run fidelity` measures and writes this page;',
  '`npm test` holds every row to its bound. The oracles are programs in `test/oracles`, their results are committed.',
];
let exceeded = 0;
for (const [topic, rows] of Object.entries(fidelityTopics)) {
  lines.push(
    '',
    `## ${topic}`,
    '',
    '| what | number | oracle | difference | measured | bound |',
    '| --- | --- | --- | --- | --- | --- |',
  );
  for (const { subject, quantity, oracle, difference, bound, measure } of rows) {
    const found = await measure();
    if (!(found <= bound)) exceeded++;
    const line = `| ${subject} | ${quantity} | ${oracle} | ${difference} | ${found.toExponential(1)} | ${bound.toExponential(0)} |`;
    console.log(found <= bound ? line : `${line}  EXCEEDED`);
    lines.push(line);
  }
}
writeFileSync(new URL('../../../docs/fidelity.md', import.meta.url), `${lines.join('\n')}\n`);
process.exitCode = exceeded > 0 ? 1 : 0;
