import { applyEdits, type JSONPath, modify } from 'jsonc-parser';

/**
 * Changes values inside a JSON text and leaves every other character as it was: transformers tells 1.0 from 1, which a
 * text that was parsed and printed again does not. `undefined` removes a value.
 */
export function editJson(text: string, changes: readonly (readonly [path: JSONPath, value: unknown])[]): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };
  return changes.reduce(
    (edited, [path, value]) => applyEdits(edited, modify(edited, path, value, { formattingOptions })),
    text,
  );
}
