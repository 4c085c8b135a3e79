import type { z } from 'zod';
import { StockpotEngineError } from '../errors.js';
import { issueWords } from '../issue-words.js';

export interface RecipeIssue {
  /** Where in the document: `ingredients[0].space.lr`; empty for the document as a whole. */
  readonly path: string;
  /** What was expected there, what was found, and what to do. */
  readonly message: string;
  /** Counted from 1; absent when the place has no text of its own. */
  readonly line?: number;
  readonly column?: number;
}

export type Path = readonly (string | number)[];

/** An issue before it is placed in the text. */
export interface DocumentIssue {
  readonly path: Path;
  readonly message: string;
}

const SHOWN = 20;

export class RecipeError extends StockpotEngineError {
  readonly issues: readonly RecipeIssue[];

  constructor(source: string, issues: readonly RecipeIssue[]) {
    const shown = issues.slice(0, SHOWN).map((issue) => `  ${formatIssue(issue)}`);
    if (issues.length > SHOWN) shown.push(`  … and ${issues.length - SHOWN} more`);
    const count = issues.length === 1 ? 'one mistake' : `${issues.length} mistakes`;
    super(
      `${source} has ${count}:\n${shown.join('\n')}`,
      'Correct it and try again. docs/recipe.schema.json describes every key; an editor that reads it completes them.',
    );
    this.issues = issues;
  }
}

/** `line 31: ingredients[0].space.lr: expected a number …` */
export function formatIssue(issue: RecipeIssue): string {
  const where = issue.line === undefined ? '' : `line ${issue.line}: `;
  return `${where}${issue.path === '' ? '' : `${issue.path}: `}${issue.message}`;
}

export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** Turns what zod found into issues of the document; `document` is the value that was parsed. */
export function documentIssues(error: z.ZodError, document: unknown): DocumentIssue[] {
  return error.issues.flatMap((issue) => flatten(issue, [], document)).map((issue) => withFound(issue, document));
}

function flatten(issue: z.core.$ZodIssue, prefix: Path, document: unknown): DocumentIssue[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  if (issue.code === 'invalid_union' && 'errors' in issue) {
    // When the author clearly meant one alternative (its key is there), say what is wrong inside it.
    const meant = issue.errors.find(
      (inner) => inner.length > 0 && inner.every((found) => startsAtKey(found, path, document)),
    );
    if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path, document));
  }
  if (issue.code === 'unrecognized_keys') {
    const lines = issue.message.split('\n');
    return issue.keys.map((key, index) => ({ path: [...path, key], message: lines[index] ?? issue.message }));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => ({ path, message: inner.message }));
  }
  // A field that says nothing of itself, as parameters of mixing methods do not: zod's words are no sentence.
  const message = ZOD_WORDS.test(issue.message) ? issueWords(issue, valueAt(document, prefix)) : issue.message;
  return [{ path, message }];
}

const ZOD_WORDS = /^(Too (big|small)|Invalid (input|option)): /;

/** Whether an issue inside an alternative lies below a key that the author wrote. */
function startsAtKey(issue: z.core.$ZodIssue, prefix: Path, document: unknown): boolean {
  const [key] = issue.path;
  return key !== undefined && typeof key !== 'symbol' && valueAt(document, [...prefix, key]) !== undefined;
}

function withFound(issue: DocumentIssue, document: unknown): DocumentIssue {
  if (!issue.message.startsWith('expected ') || /(; found |, and nothing is there$)/.test(issue.message)) return issue;
  const found = valueAt(document, issue.path);
  if (found === undefined) return { ...issue, message: `missing; ${issue.message}` };
  const separator = issue.message.includes('. Did you mean') ? ' Found' : '; found';
  return { ...issue, message: `${issue.message}${separator} ${shown(found)}` };
}

function valueAt(document: unknown, path: Path): unknown {
  let value: unknown = document;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

function shown(value: unknown): string {
  if (Array.isArray(value) && value.length > 8) return `a list of ${value.length}`;
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
