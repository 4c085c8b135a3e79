/** How a parameter begins when it is not loaded from a checkpoint. */
export type Initial =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'normal'; readonly std: number }
  /** Uniform in ±√(6 / (fanIn + fanOut)): Glorot and Bengio 2010. */
  | { readonly kind: 'xavier-uniform'; readonly fanIn: number; readonly fanOut: number }
  | { readonly kind: 'fixed'; readonly values: () => Float32Array };

/** One named tensor of a model. The name is the one timm and MAE use, so checkpoints travel without a name map. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Initial;
  /** Weight decay is for matrices and kernels; a vector never decays, and neither does what says `false` here. */
  readonly decay?: boolean;
}

export type ParameterTable = readonly ParameterSpec[];

/** Number of elements in a tensor of this shape (1 for a scalar). */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Number of numbers in all tensors of a table. */
export function parameterCount(table: ParameterTable): number {
  return table.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** Whether weight decay applies: not to vectors (biases, norms), not to tokens and positions. */
export function decays({ shape, decay }: ParameterSpec): boolean {
  return decay ?? shape.length > 1;
}

/** A linear layer as torch stores it: `weight` [outputs, inputs] and `bias` [outputs]. */
export function linear(name: string, inputs: number, outputs: number): ParameterTable {
  return [
    {
      name: `${name}.weight`,
      shape: [outputs, inputs],
      initial: { kind: 'xavier-uniform', fanIn: inputs, fanOut: outputs },
    },
    { name: `${name}.bias`, shape: [outputs], initial: { kind: 'zeros' } },
  ];
}

/** The scale and shift of a layer norm. */
export function layerNorm(name: string, width: number): ParameterTable {
  return [
    { name: `${name}.weight`, shape: [width], initial: { kind: 'ones' } },
    { name: `${name}.bias`, shape: [width], initial: { kind: 'zeros' } },
  ];
}
