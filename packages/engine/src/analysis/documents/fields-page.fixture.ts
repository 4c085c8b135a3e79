/** @file The tables of fields in docs/analysis.md, written from the schemas; fields-page.test.ts holds the page to them. */
import { z } from 'zod';
import { analysisDocuments } from './index.js';
import { evaluations, examined } from './parts.js';

export const FIELDS_BEGIN = '<!-- fields: written by npm run analyses -w @stockpot/engine -->';

/** JSON Schema as far as `z.toJSONSchema` writes it for documents. */
interface Field {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly items?: Field;
  readonly prefixItems?: readonly Field[];
  readonly anyOf?: readonly Field[];
  readonly additionalProperties?: unknown;
}

/** Everything from FIELDS_BEGIN to the end of the page. */
export function fieldsSection(): string {
  const common = { examined, evaluations };
  const parts = Object.entries(common).map(([name, schema]) => `### \`${name}\`\n\n${table(fieldOf(schema), [])}`);
  const documents = Object.entries(analysisDocuments).map(
    ([name, schema]) =>
      `### ${name}\n\n${table(fieldOf(schema), ['format', 'version', 'analysis', ...Object.keys(common)])}`,
  );
  return `${FIELDS_BEGIN}\n\n${[...parts, ...documents].join('\n\n')}\n`;
}

function fieldOf(schema: z.ZodType): Field {
  return z.toJSONSchema(schema, { io: 'output' }) as Field;
}

function table(document: Field, left: readonly string[]): string {
  const seen = new Map<string, string>();
  const rows = Object.entries(document.properties ?? {})
    .filter(([name]) => !left.includes(name))
    .flatMap(([name, field]) => rowsOf(name, field, seen));
  const lines = rows.map(({ path, type, words }) => `| \`${path}\` | ${type} | ${words} |`);
  return ['| field | type | meaning |', '| --- | --- | --- |', ...lines].join('\n');
}

interface Row {
  readonly path: string;
  readonly type: string;
  readonly words: string;
}

/** A field and those inside it; an object that came before is not told again. */
function rowsOf(path: string, given: Field, seen: Map<string, string>): Row[] {
  const field = withoutNull(given);
  const description = (given.description ?? field.description ?? '').replaceAll('|', '\\|');
  const inner = innermost(field);
  const deeper = `${path}${'[]'.repeat(inner.depth)}`;
  if (inner.field.properties === undefined) {
    return [{ path, type: typeOf(given), words: [description, inner.field.description].find((text) => text) ?? '' }];
  }
  const key = Object.keys(inner.field.properties)
    .filter((name) => name !== 'name')
    .join();
  const before = seen.get(key);
  const named = 'name' in inner.field.properties ? 'with a name, ' : '';
  if (before !== undefined) {
    return [
      {
        path,
        type: typeOf(given),
        words: [description, `${named}fields as of \`${before}\``].filter(Boolean).join('; '),
      },
    ];
  }
  seen.set(key, deeper);
  const rows = Object.entries(inner.field.properties).flatMap(([name, one]) => rowsOf(`${deeper}.${name}`, one, seen));
  return description === '' ? rows : [{ path, type: typeOf(given), words: description }, ...rows];
}

function innermost(field: Field): { readonly field: Field; readonly depth: number } {
  const item = field.prefixItems?.[0] ?? field.items;
  if (item === undefined) return { field, depth: 0 };
  const { field: found, depth } = innermost(withoutNull(item));
  return { field: found, depth: depth + 1 };
}

function withoutNull(field: Field): Field {
  if (Array.isArray(field.type)) return { ...field, type: field.type.find((type) => type !== 'null') };
  const [only, ...others] = field.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  return only !== undefined && others.length === 0 ? only : field;
}

function typeOf(field: Field): string {
  const inner = withoutNull(field);
  const nullable = inner !== field ? ' or null' : '';
  return `${plainType(inner)}${nullable}`;
}

function plainType(field: Field): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined)
    return field.enum
      .filter((value) => value !== null)
      .map((value) => `\`${value}\``)
      .join(', ');
  if (field.anyOf !== undefined) return field.anyOf.map(plainType).join(' or ');
  const item = field.prefixItems?.[0] ?? field.items;
  if (item !== undefined) {
    const length = field.prefixItems === undefined ? '' : `${field.prefixItems.length} × `;
    return `list of ${length}${typeOf(item)}`;
  }
  if (field.type === 'object') return field.properties === undefined ? 'map' : 'object';
  if (field.type === 'string' || field.type === 'boolean') return field.type;
  return `${field.type === 'integer' ? 'whole number' : 'number'}${rangeOf(field)}`;
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: Field): string {
  // Room for rounding, and the largest whole number, are not worth a reader's time.
  const most = maximum === undefined || maximum > 1e15 ? undefined : Math.round(maximum * 100) / 100;
  const least = minimum === undefined || minimum < -1e15 ? undefined : Math.round(minimum * 100) / 100;
  if (exclusiveMinimum !== undefined) return ' > 0';
  if (least !== undefined && most !== undefined) return ` ${least} … ${most}`.replace('-', '−');
  if (least !== undefined) return ` ≥ ${least}`;
  return most === undefined ? '' : ` ≤ ${most}`;
}
