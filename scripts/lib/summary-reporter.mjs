import { mkdirSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/**
 * A vitest reporter that leaves `test-results/summary.json` beside the package: how many tests passed, which failed, and
 * which were skipped with the reason they gave. `scripts/test.mjs` adds the summaries of all packages up; turbo caches
 * the file as the output of the task, so a cached package still counts.
 */
export default class SummaryReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const summary = { passed: 0, failed: [], skipped: [] };
    for (const testModule of testModules) {
      const file = relative(process.cwd(), testModule.moduleId);
      for (const error of testModule.errors()) {
        summary.failed.push({ name: file, message: String(error.message) });
      }
      for (const test of testModule.children.allTests()) {
        const result = test.result();
        const name = `${file} > ${test.fullName}`;
        if (result.state === 'passed') summary.passed += 1;
        else if (result.state === 'failed') {
          summary.failed.push({ name, message: String(result.errors[0]?.message ?? 'no message') });
        } else summary.skipped.push({ name, reason: result.note ?? 'no reason was given' });
      }
    }
    for (const error of unhandledErrors) {
      summary.failed.push({ name: 'an error outside every test', message: String(error.message) });
    }
    const folder = resolve('test-results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(resolve(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  }
}
