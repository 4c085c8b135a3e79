import { int, ints, optional } from '../attributes.js';
import { defineOperator, FLOATS, standard } from './definition.js';
import { windowsOf, wrongWindows } from './windows.js';

/** Cross-correlation of [N, C, …spatial] with filters [M, C/group, …kernel], and a bias [M]. */
export const conv = defineOperator({
  onnx: standard('Conv', 11),
  arity: [2, 3],
  fixed: { auto_pad: 'NOTSET', kernel_shape: null },
  attributes: { strides: optional(ints()), pads: optional(ints()), dilations: optional(ints()), group: int(1) },
  infer(context) {
    context.requireDtype(0, ...FLOATS);
    const dtype = context.sameDtype();
    const [batch = 0, channels = 0, ...spatial] = context.input(0).shape;
    const [filters = 0, depth = 0, ...kernel] = context.input(1).shape;
    const { group } = context.attributes;
    if (spatial.length === 0 || kernel.length !== spatial.length)
      return context.fail('Data and filters need the same spatial axes');
    if (channels !== depth * group || filters % group !== 0) {
      return context.fail(`${channels} channels do not fit filters of depth ${depth} in ${group} groups`);
    }
    const bias = context.optional(2);
    if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== filters))
      return context.fail(`The bias must have ${filters} elements`);
    const wrong = wrongWindows(spatial.length, context.attributes);
    if (wrong !== undefined) return context.fail(wrong);
    const windows = windowsOf(spatial, kernel, context.attributes);
    if (windows.some(({ count }) => count < 1)) return context.fail('The kernel is larger than the padded data');
    return [{ dtype, shape: [batch, filters, ...windows.map(({ count }) => count)] }];
  },
});
