import { SoupError } from '../errors.js';
import type { Kitchen, Soup, SoupMethod } from '../method.js';
import type { LearnedMix } from '../trace.js';
import { type Learned, type LearnOptions, learnCoefficients, sharesAt } from './learn.js';
import { WeightMixer } from './weight-mixer.js';

export interface LearnedParameters {
  readonly method: 'learned';
  /** 'model': one coefficient for each ingredient. 'tensor': one for each ingredient and tensor ("by layer"). */
  readonly by: 'model' | 'tensor';
  readonly epochs: number;
  readonly lr: number;
}

/** Coefficients by gradient on the selection split, with the logits scaled by a learned β. Its ingredients stay on disk. */
export const learned: SoupMethod<LearnedParameters> = {
  title: 'Learned soup',
  source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, appendix I',
  cook: ({ by, epochs, lr }, kitchen) =>
    cookLearned('A learned soup', kitchen, { byTensor: by === 'tensor', epochs, lr: () => lr, keep: 'last' }),
};

export interface SelfSeasoningParameters {
  readonly method: 'self-seasoning';
  readonly epochs: number;
  /** At the first epoch and at the last; between them half a cosine. */
  readonly lr: readonly [first: number, last: number];
}

/** Coefficients by gradient on unlabelled images: those after the epoch whose mean entropy was lowest. */
export const selfSeasoning: SoupMethod<SelfSeasoningParameters> = {
  title: 'Self-seasoned soup',
  source: 'Fuller, Green, Shelhamer, Self-Soupervision, 2026, arXiv:2602.02890, section 3.3',
  cook: ({ epochs, lr: [first, last] }, kitchen) =>
    cookLearned('A self-seasoned soup', kitchen, {
      byTensor: false,
      epochs,
      lr: (epoch) => last + (first - last) * 0.5 * (1 + Math.cos((Math.PI * epoch) / Math.max(1, epochs - 1))),
      keep: 'lowest',
    }),
};

async function cookLearned(
  what: string,
  { ingredients, lesson, threads, signal, onProgress }: Kitchen,
  options: LearnOptions,
): Promise<Soup> {
  if (lesson === undefined) {
    throw new SoupError(
      `${what} was given nothing to learn its coefficients from.`,
      'Give it images: of the selection split, with labels, for a learned soup.',
    );
  }
  await using mixer = await WeightMixer.open(ingredients, threads);
  const result = await learnCoefficients(mixer, lesson, options, { signal, onProgress });
  return {
    mixture: {
      method: 'weighted',
      parameters: mixer.weightedBy(sharesAt(result.kept.shares)),
      members: ingredients.map((_, index) => index),
    },
    trace: [],
    rule: null,
    learned: recordOf(result),
  };
}

function recordOf({ kept, epochs }: Learned): LearnedMix {
  return { scale: kept.scale, losses: epochs.map(({ loss }) => loss), kept: epochs.indexOf(kept) };
}
