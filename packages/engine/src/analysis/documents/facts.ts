import type { AnalysisName } from './index.js';

/** What an analysis is, for people: on a command line, in the API and on pages. */
export interface AnalysisFacts {
  /** 'Do two models share a basin?' */
  readonly question: string;
  /** What answers it, in a sentence. */
  readonly shows: string;
  /** What its numbers are, in sentences. */
  readonly definition: string;
  /** Authors, venue, identifier. */
  readonly source: string;
}

export const analysisFacts: Readonly<Record<AnalysisName, AnalysisFacts>> = {
  barrier: {
    question: 'Do two models share a basin?',
    shows: 'Loss and error along the line between them.',
    definition:
      'Mixtures on the straight line between the weights of two models. A barrier is the most that loss or error rises above the straight line between the two scores; 0 where no mixture is worse. A grid bounds it from below.',
    source: 'Frankle et al., ICML 2020, arXiv:1912.05671; Entezari et al., ICLR 2022, arXiv:2110.06296',
  },
  barriers: {
    question: 'Which models of a pool share a basin?',
    shows: 'Barriers of all pairs, clustered.',
    definition:
      'The barrier between each two models: the most that loss or error of their mixtures rises above the straight line between their scores. Models stand in the order of their clusters (average linkage); a basin is a cluster whose mean error barrier stays within the tolerance.',
    source:
      'Frankle et al., ICML 2020, arXiv:1912.05671 (an error barrier below 2 points counts as none); average linkage: Sokal and Michener 1958',
  },
  ternary: {
    question: 'What lies between three models?',
    shows: 'Loss and error on a grid of their triangle.',
    definition:
      'Mixtures of three models on a lattice of shares: a corner is one model, the middle their uniform soup. What exceeds the plane through the corners is worse than the three scores would let one expect.',
    source: 'Fuller, Green and Shelhamer 2026, arXiv:2602.02890, for the picture; the lattice is ours',
  },
  contribution: {
    question: 'What does each ingredient add?',
    shows: 'Leave-one-out and Shapley values.',
    definition:
      'A set of ingredients is worth what its uniform soup scores. The Shapley value is what an ingredient adds on average over all orders of adding; all values sum to the worth of all less that of none. Leave-one-out is what the soup of all loses without it. Intervals are of the drawing of orders, not of the choice of examples.',
    source: 'Shapley 1953; Castro et al. 2009; Mitchell et al., JMLR 2022, arXiv:2104.12199',
  },
  marginal: {
    question: 'Is another ingredient worth its cost?',
    shows: 'The mean gain of the n-th.',
    definition:
      'The mean score of uniform soups of n ingredients drawn at random, and what the n-th added, with Student’s intervals over the drawn orders. They shrink to nothing at the end, where there is one soup of all.',
    source:
      'learning curves over random orders, as Wortsman et al. 2022 (arXiv:2203.05482, figure B.1) plot them; intervals: Student',
  },
  diversity: {
    question: 'Do models err on the same examples?',
    shows: 'Disagreement, error correlation, κ, CKA, angle.',
    definition:
      'Disagreement is the share of examples that exactly one of two models gets right; φ is the correlation of their errors; CKA compares their features, the angle at the stock where they went. The predicted gain is no forecast of an accuracy: it knows nothing of barriers.',
    source:
      'Kuncheva and Whitaker 2003; Cohen 1960; Kornblith et al. 2019, arXiv:1905.00414; Nguyen et al. 2021, arXiv:2010.15327; Wortsman et al. 2022, arXiv:2203.05482, §4',
  },
  weights: {
    question: 'Where do models lie?',
    shows: 'Distances and cosines to the stock, by layer.',
    definition:
      'How far each layer of a model went from the stock, ‖θ − θ₀‖ relative to ‖θ₀‖, and the angle at the stock between the ways of two models: 0° where they went the same way, 90° where their ways have nothing in common.',
    source: 'Wortsman et al., ICML 2022, arXiv:2203.05482, §3.2, for the angle at the stock',
  },
  'soup-versus-ensemble': {
    question: 'Soup or ensemble of two models?',
    shows: "The paper's approximation, with its terms.",
    definition:
      'Loss of the soup less loss of the logit ensemble, measured and as α(1−α)/2 · (variance − curvature) approximates it: variance of the logits’ difference favours the ensemble, upward curvature of the loss along the line favours the soup. It is local: the paper reports that it fails around learning rates of 1e-4.',
    source: 'Wortsman et al., ICML 2022, arXiv:2203.05482, §4',
  },
  compare: {
    question: 'Is one model better than another?',
    shows: 'A paired test and the difference with its interval.',
    definition:
      'Two models on the same examples: McNemar’s exact test and Newcombe’s interval of the difference; Student’s test by image where each image was scored in several versions, and for losses.',
    source:
      'McNemar 1947; Newcombe, Statistics in Medicine 17, 1998, method 10; of corrupted images Student’s test by image',
  },
  why: {
    question: 'Why did the search keep what it kept?',
    shows: 'A diagnosis in sentences.',
    definition:
      'What the trace of the search says: ties, learning rates, weaker models, a selection split too small to tell, and barriers where they were measured. Findings are consistent with the outcome; they do not prove its cause.',
    source: 'docs/analysis.md; the smallest difference that a split tells: Connor, Biometrics 43, 1987',
  },
  'what-if': {
    question: 'What if greedy had gone another way?',
    shows: 'Replayed from known scores.',
    definition:
      'The search with another order, rule, method or metric, replayed from scores that are known. Where they do not suffice, the first soup that would have to be evaluated is named.',
    source: 'Wortsman et al., ICML 2022, arXiv:2203.05482, recipe 1; docs/choosing-soups.md for the other methods',
  },
};
