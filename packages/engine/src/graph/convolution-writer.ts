import type { BatchNormalizationParameters } from './compositions.js';
import type { Value } from './graph.js';
import { GraphWriter } from './graph-writer.js';
import type { WindowAttributes } from './operators/windows.js';
import type { Shape } from './shape.js';

/** How windows lie on the spatial axes; ones and no pads when absent. `pads` lists those before each axis, then after. */
export interface WindowOptions {
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
}

/** The methods of `GraphBuilder` for what lies on [N, C, …spatial]: convolutions, pools and batch normalisation. */
export class ConvolutionWriter extends GraphWriter {
  /** x [N, C, …], filters [M, C/group, …kernel], bias [M]. */
  conv(x: Value, filters: Value, bias: Value | null = null, options: WindowOptions & { group?: number } = {}): Value {
    return this.appendOne('Conv', [x, filters, bias], { ...windows(options), group: options.group ?? 1 });
  }

  /** x [N, C, …], filters [C, M/group, …kernel], bias [M]: the transpose of `conv`. */
  convTranspose(
    x: Value,
    filters: Value,
    bias: Value | null = null,
    options: WindowOptions & { outputPadding?: readonly number[]; group?: number } = {},
  ): Value {
    const { outputPadding = null, group = 1 } = options;
    return this.appendOne('ConvTranspose', [x, filters, bias], {
      ...windows(options),
      output_padding: outputPadding,
      group,
    });
  }

  /** The largest element of every window of x [N, C, …]. */
  maxPool = (x: Value, kernel: Shape, options: WindowOptions & { ceil?: boolean } = {}): Value =>
    this.appendOne('MaxPool', [x], { kernel_shape: kernel, ...windows(options), ceil_mode: options.ceil ?? false });

  /** The mean of every window of x [N, C, …]; `countPads` says whether pads count as zeros. */
  averagePool = (
    x: Value,
    kernel: Shape,
    options: WindowOptions & { ceil?: boolean; countPads?: boolean } = {},
  ): Value =>
    this.appendOne('AveragePool', [x], {
      kernel_shape: kernel,
      ...windows(options),
      ceil_mode: options.ceil ?? false,
      count_include_pad: options.countPads ?? false,
    });

  globalAveragePool = (x: Value): Value => this.appendOne('GlobalAveragePool', [x], {});

  /** (x − mean) / √(variance + epsilon) · scale + bias, by channel of x [N, C, …]; all four are [C]. */
  batchNormalization = (
    x: Value,
    parameters: BatchNormalizationParameters,
    { epsilon = 1e-5 }: { epsilon?: number } = {},
  ): Value =>
    this.appendOne('BatchNormalization', [x, parameters.scale, parameters.bias, parameters.mean, parameters.variance], {
      epsilon,
    });
}

function windows({ strides = null, pads = null, dilations = null }: Partial<WindowAttributes>): WindowAttributes {
  return { strides, pads, dilations };
}
