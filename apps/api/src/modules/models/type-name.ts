const TYPE_NAMES = { stock: 'Stock', ingredient: 'Ingredient', soup: 'Soup', ensemble: 'Ensemble' } as const;

/** Which GraphQL type a model is; the record says it itself. */
export function modelTypeName(model: { readonly kind: keyof typeof TYPE_NAMES }): string {
  return TYPE_NAMES[model.kind];
}
