import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The code blocks of a language below one heading of a markdown file, as written. */
export function codeBlocks(root: string, file: string, heading: string, language: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const section = text.split(/^(?=#{1,3} )/m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${file} has no heading '${heading}'.`);
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}
