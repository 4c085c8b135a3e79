import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';

/**
 * MaSSL's similarity to a memory, cut into random blocks (Silva et al., ICML 2024; sthalles/MaSSL): logits of unit embeddings
 * [B, D] against the memory's rows [K, D], taken in the order of `permutation` i32 [K] and cut into `blocks` parts. Student
 * and teacher of one step use the same order.
 *
 * @returns [B, blocks, K / blocks]
 */
export function memoryLogits(
  b: GraphBuilder,
  embeddings: Value,
  memory: Value,
  permutation: Value,
  blocks: number,
): Value {
  const [batch = 0] = embeddings.shape;
  const slots = memory.shape[0] ?? 0;
  const shuffled = b.gather(memory, permutation, { axis: 0 });
  return b.reshape(b.gemm(embeddings, shuffled, null, { transB: true }), [batch, blocks, slots / blocks]);
}

/**
 * The mean over images and blocks of −Σ softmax(teacher / teacherTemperature) · log softmax(student / studentTemperature).
 * No gradient flows into the teacher.
 *
 * @param student [B, blocks, n]
 * @param teacher the same
 * @param teacherTemperature a scalar of the graph: it rises over the first epochs
 */
export function blockCrossEntropy(
  b: GraphBuilder,
  student: Value,
  teacher: Value,
  studentTemperature: number,
  teacherTemperature: Value,
): Value {
  const wanted = b.stopGradient(b.softmax(b.div(teacher, teacherTemperature), { axis: -1 }));
  const found = b.logSoftmax(b.mul(student, 1 / studentTemperature), { axis: -1 });
  return b.neg(b.reduceMean(b.reduceSum(b.mul(wanted, found), { axes: [-1] }), { keepdims: false }));
}
