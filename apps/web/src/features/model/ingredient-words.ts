/** What is said of an ingredient by how it came about; any other algorithm has trained it, and only one of them with labels. */
interface IngredientWords {
  readonly what: string;
  readonly note: string;
  /** Of the panel with what the recipe says of it. */
  readonly title: string;
}

const GIVEN: Readonly<Record<string, IngredientWords>> = {
  imported: {
    what: 'A checkpoint that was there before the recipe, with its own head.',
    note: 'It was not trained here. What it was trained on is what the recipe says of it.',
    title: 'Where it came from',
  },
  aligned: {
    what: 'An ingredient with its units in another order (Git Re-Basin): it computes what it did before, and may be mixed with its reference.',
    note: 'Nothing was trained. Its parents are the ingredient that it is and the reference that it was aligned to.',
    title: 'Alignment',
  },
};

export function ingredientWords({
  algorithm,
  seed,
}: {
  readonly algorithm: string;
  readonly seed?: number | null;
}): IngredientWords {
  const given = GIVEN[algorithm];
  if (given) return given;
  return {
    what:
      algorithm === 'supervised'
        ? 'A checkpoint fine-tuned with labels. Soups average its weights.'
        : 'A checkpoint trained without labels. It has no head: it is scored by its features, and others may start from it.',
    note: `Trained by the ${algorithm} algorithm with seed ${seed}.`,
    title: 'Hyperparameters',
  };
}
