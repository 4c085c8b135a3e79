import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { benchmarkSuites } from '../corruptions/index.js';
import { benchmarkKinds } from '../recipe/benchmark-kinds/index.js';
import { mistakes, mnist } from '../recipe/fixtures/recipe.js';
import { suiteFacts } from '../recipe/suites.js';
import { metricNamed } from './metrics/table.js';

const page = (protocol: string) =>
  readFileSync(new URL(`../../../../docs/protocols/${protocol}.md`, import.meta.url), 'utf8');
const index = page('README');
const examples = (text: string) =>
  [...text.matchAll(/```yaml\nbenchmarks:\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);

describe.each(Object.values(benchmarkKinds))('the page of the kind $name', (kind) => {
  const text = page(kind.protocol);

  test('is in the index, and says its formula, its parameters, its numbers and what it does not compare with', () => {
    expect(text).toContain(`# The protocol \`${kind.protocol}\``);
    expect(index).toContain(`[\`${kind.protocol}\`](${kind.protocol}.md)`);
    for (const heading of ['Formula', 'Numbers', 'Not comparable']) expect(text).toContain(`\n## ${heading}\n`);
    expect(text).toMatch(/\b(19|20)\d\d\b/);
    const keys = [...Object.keys(kind.options), ...(kind.second === null ? [] : [kind.second.key])];
    for (const key of keys) expect(text).toMatch(new RegExp(`^\\| .*\`${key}\``, 'm'));
    const headline = kind.headlineOf({ k: 20, shots: 5, epsilon: 0.1 });
    expect(metricNamed(headline)).toBeDefined();
    expect(text).toContain(`\`${headline.replace(/:\d+/, '')}`);
  });

  test('has an example that a recipe takes', () => {
    const [yaml = ''] = examples(text);
    const local = yaml.replaceAll(
      /(cifar|fashion)\/test/g,
      (_, name) => `mnist/${name === 'cifar' ? 'test' : 'strange'}`,
    );
    const recipe = mnist
      .replace(/^ {6}test: /m, (line) => `      strange: { role: shift, from: test, count: 100 }\n${line}`)
      .replace(/^benchmarks:\n/m, (line) => `${line}${local}`);
    expect(mistakes(recipe)).toEqual([]);
  });
});

describe.each(Object.entries(benchmarkSuites))('the suite %s', (suite, { protocol, corruptions }) => {
  test('has a page of the generated images that names each corruption', () => {
    const text = page(protocol);
    expect(index).toContain(`(${protocol}.md)`);
    for (const name of corruptions.keys()) expect(text).toContain(`| \`${name}\` |`);
  });

  test('has a page of the official files, and each says that it is not the other', () => {
    const official = `${suite}-official-1`;
    expect(index).toContain(`(${official}.md)`);
    expect(page(official)).toContain(`(${protocol}.md)`);
    expect(page(official)).toContain('\n## Not comparable\n');
    // Stand-ins are generated under another name than what they stand in for.
    const published = [...corruptions.keys()].map((name) => name.replace('synthetic_', ''));
    const [, only = ''] = page(official).match(/`only: \[(.*?)\]`/) ?? [];
    expect(published).toEqual(expect.arrayContaining(only.split(', ')));
    expect(page(protocol)).toContain(`(${official}.md)`);
  });

  test('says truly whether its images go through an encoder', () => {
    const { coded } = suiteFacts[suite as keyof typeof suiteFacts];
    const names: readonly string[] = [...corruptions.keys()];
    expect(coded.generated).toBe(names.includes('jpeg_compression'));
  });
});
