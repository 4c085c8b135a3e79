import type { ModelKind } from '@/gql/graphql';

interface KindLook {
  readonly label: string;
  readonly plural: string;
  /** Tailwind class that fills an SVG shape with the kind's colour. */
  readonly fill: string;
  /** Name of the colour token, for charts. */
  readonly token: string;
  /** ECharts symbol with the same shape as the mark. */
  readonly symbol: 'rect' | 'circle' | 'diamond' | 'triangle';
}

/** What each kind of model is called and looks like, everywhere. */
export const KINDS: Record<ModelKind, KindLook> = {
  STOCK: { label: 'Stock', plural: 'Stocks', fill: 'fill-kind-stock', token: '--kind-stock', symbol: 'rect' },
  INGREDIENT: {
    label: 'Ingredient',
    plural: 'Ingredients',
    fill: 'fill-kind-ingredient',
    token: '--kind-ingredient',
    symbol: 'circle',
  },
  SOUP: { label: 'Soup', plural: 'Soups', fill: 'fill-kind-soup', token: '--kind-soup', symbol: 'diamond' },
  ENSEMBLE: {
    label: 'Ensemble',
    plural: 'Ensembles',
    fill: 'fill-kind-ensemble',
    token: '--kind-ensemble',
    symbol: 'triangle',
  },
};

export const KIND_ORDER: readonly ModelKind[] = ['SOUP', 'ENSEMBLE', 'INGREDIENT', 'STOCK'];
