/** Element-wise operators of two operands, whose gradients are summed over broadcast axes. */
import { numbersOf, type Value } from '../../graph/index.js';
import { reduceToShape } from '../reduce-to-shape.js';
import type { GradientContext, GradientRule } from '../rule.js';

type Binary = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Pow' | 'Min' | 'Max';

function unbroadcast(context: GradientContext<Binary | 'Where'>, index: number, compute: () => Value): Value | null {
  return context.when(index, () => reduceToShape(context.b, compute(), context.input(index).shape));
}

export const add: GradientRule<'Add'> = (context) => [
  unbroadcast(context, 0, () => context.gradient),
  unbroadcast(context, 1, () => context.gradient),
];

export const sub: GradientRule<'Sub'> = (context) => [
  unbroadcast(context, 0, () => context.gradient),
  // Negating after the sum over broadcast axes touches fewer elements.
  context.when(1, () => context.b.neg(reduceToShape(context.b, context.gradient, context.input(1).shape))),
];

export const mul: GradientRule<'Mul'> = (context) => [
  unbroadcast(context, 0, () => context.b.mul(context.gradient, context.input(1))),
  unbroadcast(context, 1, () => context.b.mul(context.gradient, context.input(0))),
];

export const div: GradientRule<'Div'> = (context) => {
  const { b, gradient } = context;
  const byNumerator = b.div(gradient, context.input(1));
  return [
    unbroadcast(context, 0, () => byNumerator),
    context.when(1, () => b.neg(reduceToShape(b, b.mul(byNumerator, context.output()), context.input(1).shape))),
  ];
};

/** d(x^p)/dx = p·x^(p−1), d(x^p)/dp = x^p·ln x, the latter 0 where x ≤ 0 as in PyTorch. */
export const pow: GradientRule<'Pow'> = (context) => {
  const { b, gradient } = context;
  const base = context.input(0);
  const exponent = context.input(1);
  return [
    unbroadcast(context, 0, () => {
      const constant = b.constantOf(exponent);
      const [known] = constant !== undefined && constant.data.length === 1 ? numbersOf(constant) : [];
      if (known === 2) return b.mul(gradient, b.mul(base, 2));
      return b.mul(gradient, b.mul(exponent, b.pow(base, b.sub(exponent, 1))));
    }),
    unbroadcast(context, 1, () => {
      const positive = b.greater(base, 0);
      const logarithm = b.log(b.where(positive, base, 1));
      return b.mul(gradient, b.mul(context.output(), logarithm));
    }),
  ];
};

/** Where both operands are equal each gets half, as in PyTorch. */
function selected(context: GradientContext<'Min' | 'Max'>, wins: (a: Value, other: Value) => Value): (Value | null)[] {
  const { b, gradient } = context;
  const share = (index: number): Value | null =>
    unbroadcast(context, index, () => {
      const own = context.input(index);
      const other = context.input(1 - index);
      const half = b.where(b.equal(own, other), b.mul(gradient, 0.5), 0);
      return b.where(wins(own, other), gradient, half);
    });
  return [share(0), share(1)];
}

export const min: GradientRule<'Min'> = (context) => selected(context, context.b.less);
export const max: GradientRule<'Max'> = (context) => selected(context, context.b.greater);

export const where: GradientRule<'Where'> = (context) => {
  const { b, gradient } = context;
  const condition = context.input(0);
  return [
    null,
    unbroadcast(context, 1, () => b.where(condition, gradient, 0)),
    unbroadcast(context, 2, () => b.where(condition, 0, gradient)),
  ];
};
