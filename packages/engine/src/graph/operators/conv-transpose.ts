import { int, ints, optional } from '../attributes.js';
import { defineOperator, FLOATS, standard } from './definition.js';
import { windowsOf, wrongWindows } from './windows.js';

/**
 * The transpose of a convolution: every element of [N, C, …spatial] adds its window, filters [C, M/group, …kernel] times
 * the element, to the result, from which `pads` are cut off and to whose ends `output_padding` is added. A bias has [M].
 */
export const convTranspose = defineOperator({
  onnx: standard('ConvTranspose', 11),
  arity: [2, 3],
  fixed: { auto_pad: 'NOTSET', kernel_shape: null },
  attributes: {
    strides: optional(ints()),
    pads: optional(ints()),
    dilations: optional(ints()),
    output_padding: optional(ints()),
    group: int(1),
  },
  infer(context) {
    context.requireDtype(0, ...FLOATS);
    const dtype = context.sameDtype();
    const [batch = 0, channels = 0, ...spatial] = context.input(0).shape;
    const [rows = 0, depth = 0, ...kernel] = context.input(1).shape;
    const { group, output_padding: added } = context.attributes;
    if (spatial.length === 0 || kernel.length !== spatial.length)
      return context.fail('Data and filters need the same spatial axes');
    if (channels !== rows || channels % group !== 0) {
      return context.fail(`${channels} channels do not fit ${rows} filters in ${group} groups`);
    }
    const bias = context.optional(2);
    if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== depth * group))
      return context.fail(`The bias must have ${depth * group} elements`);
    const wrong = wrongWindows(spatial.length, context.attributes);
    if (wrong !== undefined) return context.fail(wrong);
    const out = windowsOf(spatial, kernel, context.attributes).map(
      ({ length, stride, reach, before, after }, i) =>
        stride * (length - 1) + reach + (added?.[i] ?? 0) - before - after,
    );
    if (out.some((n) => n < 1)) return context.fail('The pads cut off everything');
    return [{ dtype, shape: [batch, depth * group, ...out] }];
  },
});
