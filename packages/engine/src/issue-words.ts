import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What zod found wrong with a value, in words that go on after a colon: 'expected a number of at most 1; found 7'. */
export function issueWords(issue: Issue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') return `it has no ${issue.keys.map((key) => `'${key}'`).join(', ')}`;
  const words = expected(issue);
  if (words === undefined) return `${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
  const found = valueAt(value, issue.path);
  return found === undefined ? `${words}, and nothing is there` : `${words}; found ${shown(found)}`;
}

function expected(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'too_big':
      return `expected ${counted(issue.origin)} ${issue.inclusive === false ? 'less than' : 'of at most'} ${issue.maximum}`;
    case 'too_small':
      return `expected ${counted(issue.origin)} ${issue.inclusive === false ? 'more than' : 'of at least'} ${issue.minimum}`;
    case 'invalid_type':
      return `expected ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.map((choice) => (typeof choice === 'string' ? `'${choice}'` : String(choice))).join(' or ')}`;
    default:
      return undefined;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function counted(origin: string): string {
  if (origin === 'array') return 'a list with a length';
  return origin === 'string' ? 'a text with a length' : 'a number';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = Reflect.get(current, part);
  }
  return current;
}

function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
