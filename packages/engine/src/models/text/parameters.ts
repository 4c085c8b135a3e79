import { layerNorm, type ParameterSpec, type ParameterTable } from '../parameters.js';
import type { BertArchitecture } from './architecture.js';

/** BERT's own first values: N(0, 0.02) for every matrix and table. */
const STD = 0.02;

function table(name: string, rows: number, columns: number): ParameterSpec {
  return { name, shape: [rows, columns], initial: { kind: 'normal', std: STD } };
}

/** A linear layer as torch stores it. */
function dense(name: string, inputs: number, outputs: number): ParameterTable {
  return [
    table(`${name}.weight`, outputs, inputs),
    { name: `${name}.bias`, shape: [outputs], initial: { kind: 'zeros' } },
  ];
}

/**
 * Every tensor of a BERT encoder without its head, under the names that transformers gives it inside a `BertModel`. The
 * pooler is part of the model when it is what the head reads.
 */
export function bertParameters({
  vocabulary,
  positions,
  types,
  dim,
  depth,
  mlp,
  pooling,
}: BertArchitecture): ParameterTable {
  const layers = Array.from({ length: depth }, (_, index) => {
    const layer = `encoder.layer.${index}`;
    return [
      ...dense(`${layer}.attention.self.query`, dim, dim),
      ...dense(`${layer}.attention.self.key`, dim, dim),
      ...dense(`${layer}.attention.self.value`, dim, dim),
      ...dense(`${layer}.attention.output.dense`, dim, dim),
      ...layerNorm(`${layer}.attention.output.LayerNorm`, dim),
      ...dense(`${layer}.intermediate.dense`, dim, mlp),
      ...dense(`${layer}.output.dense`, mlp, dim),
      ...layerNorm(`${layer}.output.LayerNorm`, dim),
    ];
  });
  return [
    table('embeddings.word_embeddings.weight', vocabulary, dim),
    table('embeddings.position_embeddings.weight', positions, dim),
    table('embeddings.token_type_embeddings.weight', types, dim),
    ...layerNorm('embeddings.LayerNorm', dim),
    ...layers.flat(),
    ...(pooling === 'pooler' ? dense('pooler.dense', dim, dim) : []),
  ];
}

/** The linear classification head: `head.weight` [classes, dim] and `head.bias` [classes]. */
export function bertHeadParameters({ dim }: BertArchitecture, classes: number): ParameterTable {
  return dense('head', dim, classes);
}
