import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../node/types.js';
import { Run } from '../runs/types.js';

@ObjectType('Recipe', {
  description: 'A declarative document: stock, ingredients, soups, benchmarks.',
  implements: Node,
})
export class Recipe extends Node {
  @Field(() => String, { description: 'Name in the document.' })
  readonly name: string;

  @Field(() => String, { description: 'The document as it was submitted.' })
  readonly text: string;

  @Field(() => GraphQLDateTime, { description: 'When it was submitted first.' })
  readonly createdAt: Date;
}

/** How a recipe's text is written. */
export const RecipeFormat = {
  YAML: 'yaml',
  JSON: 'json',
} as const;
export type RecipeFormat = (typeof RecipeFormat)[keyof typeof RecipeFormat];
registerEnumType(RecipeFormat, {
  name: 'RecipeFormat',
  description: "How a recipe's text is written.",
  valuesConfig: {
    YAML: { description: 'YAML 1.2.' },
    JSON: { description: 'JSON.' },
  },
});

@ObjectType('RecipeIssue', { description: 'One mistake in a recipe.' })
export class RecipeIssue {
  @Field(() => String, {
    description: 'Where in the document, for example ingredients[0].space.lr; empty when it is about the whole.',
  })
  readonly path: string;

  @Field(() => String, { description: 'What was expected and what to do.' })
  readonly message: string;
}

@ObjectType('RecipeRefused', { description: 'The recipe has mistakes; nothing was stored.' })
export class RecipeRefused {
  @Field(() => String, { description: 'A sentence that sums them up.' })
  readonly message: string;

  @Field(() => [RecipeIssue], { description: 'Each mistake.' })
  readonly issues: readonly RecipeIssue[];
}

@ObjectType('RunSubmitted', { description: 'The recipe was accepted.' })
export class RunSubmitted {
  @Field(() => Run, { description: 'Its run, queued.' })
  readonly run: Run;
}

@InputType('SubmitRecipeInput', { description: 'What submitRecipe needs.' })
export class SubmitRecipeInput {
  @Field(() => String, { description: 'Slug of the lab.' })
  lab: string;

  @Field(() => String, { description: 'The document, at most 256 Ki characters.' })
  text: string;

  @Field(() => RecipeFormat, { description: 'How the text is written.', defaultValue: RecipeFormat.YAML })
  format: RecipeFormat;
}

export const SubmitRecipeResult = createUnionType({
  name: 'SubmitRecipeResult',
  description: 'Outcome of submitRecipe.',
  types: () => [RunSubmitted, RecipeRefused] as const,
});
