import { z } from 'zod';

const width = z.int().min(1).max(16_384);

/** A BERT encoder (Devlin et al. 2019): post-norm blocks over token, position and segment embeddings. */
export const bertArchitectureSchema = z
  .strictObject({
    family: z.literal('bert'),
    /** Rows of the table of token embeddings. */
    vocabulary: z.int().min(2).max(2_000_000),
    /** Longest sequence, special tokens included: rows of the table of absolute positions. */
    positions: z.int().min(1).max(65_536),
    /** Segments: 2, for a text and its pair. */
    types: z.int().min(1).max(16),
    dim: width,
    depth: z.int().min(1).max(128),
    heads: z.int().min(1).max(128),
    /** Hidden width of the perceptron in each block. */
    mlp: z.int().min(1).max(65_536),
    /** `gelu` by the error function, or its tanh approximation. */
    activation: z.enum(['gelu', 'gelu-tanh', 'relu']).default('gelu'),
    layerNormEpsilon: z.number().positive().max(0.1),
    /**
     * What the head reads. `pooler`: tanh of a linear layer over the first token, as BERT's classifiers do. `cls`: the first
     * token itself. `mean`: the mean of all tokens that are no padding, as sentence encoders do.
     */
    pooling: z.enum(['pooler', 'cls', 'mean']).default('pooler'),
  })
  .superRefine(({ dim, heads }, context) => {
    if (dim % heads === 0) return;
    const message = `expected a divisor of dim ${dim}, found ${heads}`;
    context.addIssue({ code: 'custom', path: ['heads'], message });
  });

export type BertArchitecture = z.output<typeof bertArchitectureSchema>;

/** Every family of text models; `family` decides which other fields there are. */
export const textArchitectureSchema = z.discriminatedUnion('family', [bertArchitectureSchema]);
export type TextArchitecture = z.output<typeof textArchitectureSchema>;
