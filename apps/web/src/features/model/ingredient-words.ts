/** What is said of an ingredient by how it came about; any other algorithm has trained it. */
interface IngredientWords {
  readonly what: string;
  readonly note: string;
}

const GIVEN: Readonly<Record<string, IngredientWords>> = {
  imported: {
    what: 'A checkpoint that was there before the recipe, with its own head.',
    note: 'It was not trained here. What it was trained on is what the recipe says of it.',
  },
  aligned: {
    what: 'An ingredient with its units in another order (Git Re-Basin): it computes what it did before, and may be mixed with its reference.',
    note: 'Nothing was trained. Its parents are the ingredient that it is and the reference that it was aligned to.',
  },
};

export function ingredientWords({
  algorithm,
  seed,
}: {
  readonly algorithm: string;
  readonly seed?: number | null;
}): IngredientWords {
  return (
    GIVEN[algorithm] ?? {
      what: 'A checkpoint fine-tuned from the stock. Soups average its weights.',
      note: `Trained by the ${algorithm} algorithm with seed ${seed}.`,
    }
  );
}
