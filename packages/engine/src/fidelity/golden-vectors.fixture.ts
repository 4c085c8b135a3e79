/** @file Numbers that NumPy computed in f64 from closed generators, on paper: the definitions of losses and formulas. */
import { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { numbersOf, tensor } from '../graph/tensor.js';
import { architectureSchema } from '../models/architecture.js';
import { visionModel } from '../models/vision-model.js';
import { sinCosPositionsExact } from '../models/vit/positions.js';
import { interpret } from '../runtime/reference/index.js';
import { modelStock } from '../soups/formulas/model-stock.js';
import { cosineOf, slerp } from '../soups/formulas/slerp.js';
import { eppsPulley, exactEppsPulley, type QuadratureName } from '../ssl/losses/epps-pulley.js';
import { infoNce } from '../ssl/losses/info-nce.js';
import { evaluateLoss, type LossOf, lossAt, type Matrix, scaled, unitRows, wave } from '../ssl/losses/kit.fixture.js';
import { meanOf, mmcr, sumOfLocalNorms } from '../ssl/losses/mmcr.js';
import { normaliseRows } from '../ssl/losses/normalise-rows.js';
import { nuclearNorm } from '../ssl/losses/nuclear-norm.js';
import { seasoningEntropy } from '../ssl/losses/seasoning-entropy.js';
import { layerDecay, layersOf } from '../training/layer-decay.js';
import type { FidelityRow } from './row.fixture.js';

const ORACLE = 'golden vector, NumPy f64';

function golden(
  subject: string,
  quantity: string,
  expected: number | readonly number[],
  measure: () => number | ArrayLike<number>,
  bound = 1e-9,
): FidelityRow {
  return {
    subject,
    quantity,
    oracle: ORACLE,
    difference: 'absolute',
    bound,
    measure: () => {
      const found = measure();
      const [left, right] = [found, expected].map((value) => (typeof value === 'number' ? [value] : Array.from(value)));
      if (left?.length !== right?.length) return Number.POSITIVE_INFINITY;
      return Math.max(...(left ?? []).map((value, i) => Math.abs(value - (right?.[i] ?? Number.NaN))));
    },
  };
}

const x = wave(6, 4, 0.7, 1.3, 0.1);
const q = wave(4, 3, 0.7, 1.3, 0.1);
const k = wave(4, 3, 0.9, 0.4, 0.3);

const column: Matrix = { shape: [6, 1], data: x.data.filter((_, at) => at % 4 === 0) };
const statistic = (z: Matrix, rule: QuadratureName) =>
  lossAt((b, [value]) => b.reduceSum(eppsPulley(b, first(value), rule), { keepdims: false }), [z]);

const projections: readonly (readonly [string, Matrix, number, number, number])[] = [
  ['x[:, 0]', column, 1.6430795191, 1.6455851872, 1.6455855183],
  ['zeros', scaled(column, 0), 2.4122854784, 2.4535243213, 2.4535384916],
  ['10·x[:, 0]', scaled(column, 10), 8.5737105502, 4.0610573149, 8.5770708221],
];

const eppsPulleyRows = projections.flatMap(([name, z, half, full, exact]) => [
  golden('Epps–Pulley, half rule', name, half, () => statistic(z, 'half')),
  golden('Epps–Pulley, full rule', name, full, () => statistic(z, 'full')),
  golden('Epps–Pulley, closed form', name, exact, () => exactEppsPulley(z.data)),
]);

const contrastive = ([T, expected]: readonly [number, number]) =>
  golden('MoCo v3, one direction', `T = ${T}`, expected, () =>
    lossAt((b, [left, right]) => infoNce(b, first(left), first(right), T), [q, k]),
  );

const views = (b: GraphBuilder, operands: readonly Value[]) => operands.map((view) => normaliseRows(b, view));
const mmcrOf = (local: number, divideGlobal: boolean) =>
  lossAt((b, operands) => mmcr(b, views(b, operands), { local, divideGlobal }), [q, k]);
const centroidNorm: LossOf = (b, operands) => nuclearNorm(b, meanOf(b, operands));

/** The centroids of the two normalised views, for the directional derivative of their nuclear norm. */
function centroids(): Matrix {
  const [left, right] = [unitRows(q), unitRows(k)];
  return { shape: left.shape, data: left.data.map((value, i) => (value + (right.data[i] ?? 0)) / 2) };
}

function directionalDerivative(): number {
  const [gradient] = evaluateLoss((b, [c]) => nuclearNorm(b, first(c)), [centroids()]).gradients;
  const direction = wave(4, 3, 0.3, 0.8, 0.5);
  return direction.data.reduce((sum, value, i) => sum + value * (gradient?.[i] ?? Number.NaN), 0);
}

const stock = wave(1, 6, 0.7, 1.3, 0.1).data;
const ingredients = [0, 1, 2].map((i) => {
  const way = wave(1, 6, 0, 1.1, 0.2 + 0.5 * i).data;
  return stock.map((value, at) => value + 0.1 * (way[at] ?? 0));
});
const v0 = wave(1, 4, 0.7, 1.3, 0.1).data;
const v1 = wave(1, 4, 0, 0.4, 0.3).data;

/** An element-wise function at one number, by the reference interpreter. */
function at(value: number, build: (b: GraphBuilder, x: Value) => Value): number {
  const b = new GraphBuilder();
  b.output('y', build(b, b.input('x', 'f64', [])));
  const { y } = interpret(b.build(), { x: tensor('f64', [], Float64Array.of(value)) });
  return y === undefined ? Number.NaN : (numbersOf(y)[0] ?? Number.NaN);
}

function first(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The loss was given too few operands.');
  return value;
}

const layered = visionModel(
  architectureSchema.parse({ family: 'vit', image: 4, channels: 1, patch: 4, dim: 4, depth: 12, heads: 1, mlp: 4 }),
);

export const goldenVectors: readonly FidelityRow[] = [
  ...eppsPulleyRows,
  ...(
    [
      [0.1, 0.1698611902],
      [0.2, 0.2991421201],
      [1, 2.1110530688],
    ] as const
  ).map(contrastive),
  golden('MMCR', '‖C‖_* of two views', 2.7181611691, () => lossAt((b, v) => centroidNorm(b, views(b, v)), [q, k])),
  golden('MMCR', 'Σ of the local norms', 7.1931559082, () =>
    lossAt((b, operands) => sumOfLocalNorms(b, views(b, operands)), [q, k]),
  ),
  golden('MMCR', 'loss, official, λ = 0', -2.7181611691, () => mmcrOf(0, false)),
  golden('MMCR', 'loss, Self-Soupervision, global', -0.6795402923, () => mmcrOf(0, true)),
  golden('MMCR', 'loss, Self-Soupervision, global and local', 1.1187486848, () => mmcrOf(1, true)),
  golden('Nuclear norm', 'directional derivative', 2.494986902, directionalDerivative),
  golden('Self-seasoning', 'entropy, k = 3, T = 0.07', 0.5164797432, () =>
    lossAt((b, [e]) => seasoningEntropy(b, first(e), { k: 3, temperature: 0.07 }), [wave(8, 5, 0.7, 1.3, 0.1)]),
  ),
  golden(
    'Model Stock',
    'cosines of three pairs',
    [0.8635759076, 0.5059780145, 0.8718625671],
    () => modelStock(stock, ingredients).cosines,
  ),
  golden('Model Stock', 't of two', 0.9267944537, () => modelStock(stock, ingredients.slice(0, 2)).t),
  golden('Model Stock', 't of three', 0.8986234875, () => modelStock(stock, ingredients).t),
  golden('Slerp', 'cosine', 0.1455390028, () => cosineOf(v0, v1)),
  golden('Slerp', 't = 0.3', [0.2085835149, 1.1066233881, 0.7362747761, -0.2246324126], () => slerp(v0, v1, 0.3)),
  golden('GELU(1.5)', 'erf', 1.3997891981, () => at(1.5, (b, value) => b.gelu(value))),
  golden('GELU(1.5)', 'tanh', 1.399571577, () => at(1.5, (b, value) => b.gelu(value, { approximate: 'tanh' }))),
  golden('GELU(1.5)', 'quick', 1.3916621984, () => at(1.5, (b, value) => b.mul(value, b.sigmoid(b.mul(value, 1.702))))),
  golden(
    'MAE positions',
    'dim 8, grid 2, row 0, column 1',
    [0.8414709848, 0.0099998333, 0.5403023059, 0.9999500004, 0, 0, 1, 1],
    () => sinCosPositionsExact(8, 2).slice(2 * 8, 3 * 8),
  ),
  golden(
    'Layer decay 0.65, 12 blocks',
    'factors of patch embedding, first and last block, head (six decimals)',
    [0.003697, 0.005688, 0.65, 1],
    () => {
      const factor = layerDecay(layersOf(layered.layers, 'Layer decay'), 0.65);
      return ['patch_embed.proj.weight', 'blocks.0.norm1.weight', 'blocks.11.norm1.weight', 'head.weight'].map(factor);
    },
    5e-7,
  ),
];
