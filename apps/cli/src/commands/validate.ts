import { readRecipe } from '../read-recipe.js';

/** Says whether a recipe could be cooked; every mistake is an error with its place in the file. */
export async function validateCommand(file: string): Promise<void> {
  const { plan } = await readRecipe(file);
  const models = plan.steps.filter(({ makes }) => makes.type === 'model').length;
  process.stdout.write(
    `${file} is a recipe: ${plan.steps.length} steps, ${models} models. Cook it: stockpot cook ${file}\n`,
  );
}
