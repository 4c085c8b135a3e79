/**
 * Text out of a file, made safe to print: control characters, by which a file could move the cursor or rename the
 * window, are shown as escapes. Line ends stay.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\n' ? character : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
