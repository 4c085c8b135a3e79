/** The URL of a module of this folder, as TypeScript when this file runs from source. */
export function moduleBeside(name: string): string {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href;
}
