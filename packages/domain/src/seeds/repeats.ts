/** What was made in a repeat of a run. */
export interface Made {
  readonly modelId: string;
  readonly runId: string;
  readonly repeat: number;
}

/**
 * Model → the seeds that it was made with, as a number. Models of one repeat of a run share their seeds; so do two runs that
 * have a model in common, for nothing is trained twice: a recipe cooked again is no second observation.
 */
export function seedsOf(made: readonly Made[]): ReadonlyMap<string, number> {
  const parents = new Map<string, string>();
  const root = (node: string): string => {
    let at = node;
    for (let next = parents.get(at) ?? at; next !== at; next = parents.get(at) ?? at) {
      parents.set(at, parents.get(next) ?? next);
      at = next;
    }
    return at;
  };
  for (const { modelId, runId, repeat } of made) parents.set(root(modelId), root(`${runId} ${repeat}`));
  const numbers = new Map<string, number>();
  const seeds = new Map<string, number>();
  for (const { modelId } of made) {
    const own = root(modelId);
    const number = numbers.get(own) ?? numbers.size;
    numbers.set(own, number);
    seeds.set(modelId, number);
  }
  return seeds;
}
