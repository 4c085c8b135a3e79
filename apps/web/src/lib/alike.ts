/** The names that more than one of the things has: where such a name is shown, something else must tell them apart. */
export function namesOfSeveral(things: readonly { readonly name: string }[]): ReadonlySet<string> {
  const once = new Set<string>();
  const several = new Set<string>();
  for (const { name } of things) (once.has(name) ? several : once).add(name);
  return several;
}
