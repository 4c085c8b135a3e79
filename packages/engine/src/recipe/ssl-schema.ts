/** @file Trainings without labels as a recipe writes them: the stock's own, and those that go on from it. */
import { z } from 'zod';
import { object, splitReference } from './fields.js';
import { linearProbeParameters } from './parameters.js';
import { integerOrRange, numberOrRange } from './range.js';
import {
  lejepaOptions,
  maeOptions,
  masslOptions,
  mmcrOptions,
  mocov3Options,
  SSL_ALGORITHMS,
  warmup,
} from './ssl-options.js';
import { stockTraining, trainingSpace } from './training-options.js';

const { epochs, batch, lr, weight_decay } = linearProbeParameters.shape;

const plain = {
  split: splitReference(),
  epochs,
  batch,
  lr,
  weight_decay,
  warmup: warmup.default(0.1),
  ...stockTraining(splitReference()),
};
const WHAT = 'a pre-training';

/** How a stock is made from its first values. */
export const pretraining = z.discriminatedUnion(
  'algorithm',
  [
    object(WHAT, { algorithm: z.literal('mae'), ...plain, ...maeOptions }),
    object(WHAT, { algorithm: z.literal('mocov3'), ...plain, ...mocov3Options }),
    object(WHAT, { algorithm: z.literal('mmcr'), ...plain, ...mmcrOptions }),
    object(WHAT, { algorithm: z.literal('lejepa'), ...plain, ...lejepaOptions }),
    object(WHAT, { algorithm: z.literal('massl'), ...plain, ...masslOptions }),
  ],
  { error: `expected a pre-training whose algorithm is one of ${SSL_ALGORITHMS.join(', ')}` },
);

const drawn = {
  lr: numberOrRange(lr),
  weight_decay: numberOrRange(weight_decay),
  epochs: integerOrRange(epochs),
  batch: integerOrRange(batch),
  warmup: numberOrRange(warmup).default(0.1),
  ...trainingSpace(splitReference()),
};

/** Search spaces by algorithm; of its own options, what one would sweep may be a range. */
const spaces = {
  mae: { ...drawn, ...maeOptions, mask: numberOrRange(maeOptions.mask) },
  mocov3: {
    ...drawn,
    ...mocov3Options,
    temperature: numberOrRange(mocov3Options.temperature.unwrap()).exactOptional(),
  },
  mmcr: { ...drawn, ...mmcrOptions, local: numberOrRange(mmcrOptions.local.unwrap()).exactOptional() },
  lejepa: { ...drawn, ...lejepaOptions, lambda: numberOrRange(lejepaOptions.lambda.unwrap()).exactOptional() },
  massl: { ...drawn, ...masslOptions },
};

/** Groups of ingredients that are trained without labels, each from the stock, with the fields that every group has. */
export function interTrainings<Group extends z.core.$ZodLooseShape>(group: Group, description: string) {
  const what = 'a group of ingredients';
  const space = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
    object('a search space', shape).describe(description);
  return [
    object(what, { ...group, algorithm: z.literal('mae'), space: space(spaces.mae) }),
    object(what, { ...group, algorithm: z.literal('mocov3'), space: space(spaces.mocov3) }),
    object(what, { ...group, algorithm: z.literal('mmcr'), space: space(spaces.mmcr) }),
    object(what, { ...group, algorithm: z.literal('lejepa'), space: space(spaces.lejepa) }),
    object(what, { ...group, algorithm: z.literal('massl'), space: space(spaces.massl) }),
  ] as const;
}
