import { type Document, isAlias, isCollection, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { checkRecipe } from './check.js';
import { FORBIDDEN_NAMES } from './fields.js';
import { type DocumentIssue, documentIssues, formatPath, type Path, RecipeError, type RecipeIssue } from './issues.js';
import { type Recipe, recipeSchema } from './schema.js';
import { type TrainingPrecision, withPrecision } from './with-precision.js';

/** A recipe is written by hand. A larger text is an accident or an attack, and YAML parsing is not linear in depth. */
export const MAX_RECIPE_BYTES = 256 * 1024;
const MAX_DEPTH = 32;
const MAX_ALIASES = 100;

export interface ParseOptions {
  /** What to call the text in errors: its file name. */
  readonly source?: string;
  /** Of every training, in place of what the recipe says. */
  readonly precision?: TrainingPrecision;
}

/**
 * Reads a recipe from YAML 1.2 or JSON and checks it whole: shape, names, roles, counts. Nothing in a recipe is ever
 * evaluated: it is data.
 *
 * @throws RecipeError with every mistake that was found, each with its path in the document
 */
export function parseRecipe(text: string, options: ParseOptions = {}): Recipe {
  const source = options.source ?? 'The recipe';
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_RECIPE_BYTES) {
    const message = `the text has ${bytes} bytes and a recipe may have ${MAX_RECIPE_BYTES}. Ingredients are drawn by count, not listed one by one.`;
    throw new RecipeError(source, [{ path: '', message }]);
  }
  const lines = new LineCounter();
  const document = read(text, lines, source);
  const refuse = (issues: readonly DocumentIssue[]): never => {
    throw new RecipeError(
      source,
      issues.map((issue) => place(issue, document, lines)),
    );
  };

  const structural = structureIssues(document);
  if (structural.length > 0) refuse(structural);
  const value = plainValue(document, source);
  const parsed = recipeSchema.safeParse(value);
  if (!parsed.success) return refuse(documentIssues(parsed.error, value));
  const { precision } = options;
  const recipe = precision === undefined ? parsed.data : withPrecision(parsed.data, precision);
  const semantic = checkRecipe(recipe);
  if (semantic.length > 0) refuse(semantic);
  return recipe;
}

function read(text: string, lines: LineCounter, source: string): Document.Parsed {
  // Before the recursive parser: deep nesting would end in an exhausted stack, wherever that happens to be.
  const tooDeep = deepLine(text);
  if (tooDeep !== undefined) {
    throw new RecipeError(source, [{ path: '', message: `nested deeper than ${MAX_DEPTH} levels.`, line: tooDeep }]);
  }
  // Duplicate keys are looked for in `structureIssues`, in linear time.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, version: '1.2' });
  if (document.errors.length > 0) {
    const issues = document.errors.map((error): RecipeIssue => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { path: '', message: `not valid YAML or JSON: ${error.message}`, line, column: col };
    });
    throw new RecipeError(source, issues);
  }
  return document;
}

/** The line where brackets or indentation nest deeper than any recipe does; undefined when nowhere. */
function deepLine(text: string): number | undefined {
  let line = 1;
  let brackets = 0;
  for (const row of text.split('\n')) {
    const dashes = /^[\s\-?:]*/.exec(row)?.[0] ?? '';
    const markers = dashes.replaceAll(/\s/g, '').length;
    for (const character of row) {
      if (character === '[' || character === '{') brackets += 1;
      else if (character === ']' || character === '}') brackets = Math.max(0, brackets - 1);
      if (brackets + markers > MAX_DEPTH) return line;
    }
    if (dashes.length > MAX_DEPTH * 8) return line;
    line += 1;
  }
  return undefined;
}

/** What a plain JavaScript value could no longer tell: repeated keys, keys that are no texts, keys that reach prototypes. */
function structureIssues(document: Document.Parsed): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  const pathOf = new Map<unknown, Path>();
  visit(document, {
    Collection(_, node, ancestors) {
      const here = pathOf.get(node) ?? [];
      if (ancestors.length > MAX_DEPTH * 2) {
        issues.push({ path: here, message: `nested deeper than ${MAX_DEPTH} levels.` });
        return visit.BREAK;
      }
      if (!isMap(node)) {
        node.items.forEach((item, index) => {
          pathOf.set(item, [...here, index]);
        });
        return undefined;
      }
      const seen = new Set<string>();
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? pair.key.value : pair.key;
        if (typeof key !== 'string') {
          issues.push({ path: here, message: 'a key is not a text. Put quotes around it if it is a name.' });
          continue;
        }
        const path = [...here, key];
        pathOf.set(pair.value, path);
        if (FORBIDDEN_NAMES.has(key)) issues.push({ path, message: `'${key}' cannot be a name. Choose another one.` });
        if (seen.has(key)) issues.push({ path, message: `the key '${key}' is here twice. Remove one.` });
        seen.add(key);
      }
      return undefined;
    },
  });
  return issues;
}

function plainValue(document: Document.Parsed, source: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    const message = `aliases (*name) cannot be resolved: ${error instanceof Error ? error.message : String(error)}. Write the values out.`;
    throw new RecipeError(source, [{ path: '', message }]);
  }
}

/** Adds the line of the node at the path, or of its nearest ancestor that has one. */
function place(issue: DocumentIssue, document: Document.Parsed, lines: LineCounter): RecipeIssue {
  for (let length = issue.path.length; length > 0; length--) {
    const offset = offsetOf(document, issue.path.slice(0, length));
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return { path: formatPath(issue.path), message: issue.message, line, column: col };
  }
  return { path: formatPath(issue.path), message: issue.message };
}

function offsetOf(document: Document.Parsed, path: Path): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isCollection(node)) return undefined;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === part);
      if (pair === undefined || !isScalar(pair.key)) return undefined;
      offset = pair.key.range?.[0];
      node = pair.value;
    } else {
      node = node.get(part, true);
      if (node === undefined) return undefined;
      offset = rangeStart(node) ?? offset;
    }
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  return typeof node.range[0] === 'number' ? node.range[0] : undefined;
}
