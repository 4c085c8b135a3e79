/** @file Patterns for names of tensors, as freezing and coefficients by layer take them. */

/**
 * Whether a name is one that a pattern means: `*` stands for any run of characters (dots too), `?` for one, all else for
 * itself. Whole names only; no pattern can make the match slow, because a run is looked for once and never given back.
 */
export function matcherOf(pattern: string): (name: string) => boolean {
  const runs = pattern.split('*');
  return (name) => {
    const [first = '', ...rest] = runs;
    const last = rest.pop();
    if (last === undefined) return name.length === first.length && agrees(name, 0, first);
    if (!agrees(name, 0, first)) return false;
    let at = first.length;
    for (const run of rest) {
      while (at + run.length <= name.length && !agrees(name, at, run)) at++;
      if (at + run.length > name.length) return false;
      at += run.length;
    }
    return name.length - last.length >= at && agrees(name, name.length - last.length, last);
  };
}

/** Whether `run`, in which `?` stands for any character, stands in `name` at `at`. */
function agrees(name: string, at: number, run: string): boolean {
  if (at + run.length > name.length) return false;
  for (let i = 0; i < run.length; i++) {
    if (run[i] !== '?' && run[i] !== name[at + i]) return false;
  }
  return true;
}
