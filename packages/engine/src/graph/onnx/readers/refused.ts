/** Operators that Stockpot knows and does not take, each with the reason and a way out. */

interface Refusal {
  readonly because: string;
  readonly advice: string;
}

const quantised: Refusal = {
  because: 'computes with quantised integers, through which nothing can be trained',
  advice: 'Export the model in f32 or f16, before it is quantised.',
};
const looping: Refusal = {
  because: 'repeats a part of the graph a number of times that is known at run time only',
  advice: 'Export the model with loops unrolled, for fixed sizes.',
};
const recurrent: Refusal = {
  because: 'is a recurrent layer, for which Stockpot has no gradient',
  advice: 'Export it unrolled into matrix products.',
};
const dataDependent: Refusal = {
  because: 'gives a result whose shape depends on the data',
  advice: 'Export the part of the model before it; every shape of a graph is static here.',
};
const random: Refusal = {
  because: 'draws random numbers inside the graph, which no run could repeat',
  advice: 'Export the model for inference, or feed the noise as an input.',
};
const sequences: Refusal = {
  because: 'works on lists or text, not on tensors',
  advice: 'Export the model without pre- and post-processing.',
};

export const refusals: Readonly<Record<string, Refusal>> = {
  Loop: looping,
  Scan: looping,
  ConvInteger: quantised,
  QLinearMatMul: quantised,
  QLinearConv: quantised,
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  NonZero: dataDependent,
  Unique: dataDependent,
  Compress: dataDependent,
  NonMaxSuppression: dataDependent,
  RandomNormal: random,
  RandomNormalLike: random,
  RandomUniform: random,
  RandomUniformLike: random,
  Multinomial: random,
  Bernoulli: random,
  SequenceConstruct: sequences,
  SequenceAt: sequences,
  SplitToSequence: sequences,
  ConcatFromSequence: sequences,
  StringNormalizer: sequences,
};
