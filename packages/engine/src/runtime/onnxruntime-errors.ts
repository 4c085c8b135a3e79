import { DeviceError, DeviceLostError, DeviceOutOfMemoryError } from './errors.js';

interface Known {
  readonly pattern: RegExp;
  readonly what: (match: RegExpExecArray) => string;
  readonly advice: string;
  /** What it is by name; left out, a DeviceError. */
  readonly kind?: typeof DeviceError;
}

/** What onnxruntime says, and what it means for the person who reads it. */
const known: readonly Known[] = [
  {
    pattern: /device (?:was )?lost|\bis lost\b|DEVICE_LOST|illegal memory access|unspecified launch failure/i,
    what: () => 'The device was lost: its driver was reset, or another program took it down.',
    advice:
      'Run it again: it goes on from its last checkpoint. If it happens again, update the driver, use a smaller batch, or use --device cpu.',
    kind: DeviceLostError,
  },
  {
    // Dawn reports an allocation that failed on the side, and the use of what was not allocated to the caller.
    pattern:
      /bad_?alloc|failed to allocate|out of memory|OUT_OF_(?:DEVICE|HOST)_MEMORY|Array buffer allocation failed|Invalid Buffer .*due to a previous error|Allocation size too large|narrowing_error/i,
    what: () => 'There is not enough memory.',
    advice:
      'Use a smaller batch or image size, `accumulate` to cut a batch into parts, or close other programs that use the device.',
    kind: DeviceOutOfMemoryError,
  },
  {
    pattern: /Too many storage buffers in shader/,
    what: () => 'One tensor of the graph is larger than a shader of this device can address.',
    advice: 'Use a smaller batch or image size.',
    kind: DeviceOutOfMemoryError,
  },
  {
    pattern: /requires f16 but/,
    what: () => 'The graphics processor, or its driver, does not compute with 16-bit floats.',
    advice: 'Use precision f32, or run on the cpu device.',
  },
  {
    pattern: /Could not find an implementation for (\w+)\((\d+)\)/,
    what: (match) => `The device has no kernel for ${match[1]} (opset ${match[2]}) with these element types.`,
    advice: 'Cast the operands to f32, or run on another device.',
  },
  {
    pattern:
      /indices? element out of data bounds|idx=(-?\d+) must be within|invalid index|index.* out of (?:bounds|range)/i,
    what: () => 'An index points outside of the tensor it selects from.',
    advice: 'Check the labels and index inputs that were fed.',
  },
  {
    pattern: /protobuf parsing failed|INVALID_PROTOBUF|exceeds? (?:the )?maximum protobuf size/i,
    what: () => 'The graph is larger than the 2 GB that one ONNX file may have.',
    advice: 'Feed the large constants as inputs instead.',
  },
];

/** An error of the native runtime as a sentence; the original is kept as `cause`. */
export function explain(device: string, doing: string, cause: unknown): DeviceError {
  if (cause instanceof DeviceError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  for (const { pattern, what, advice, kind: Kind = DeviceError } of known) {
    const match = pattern.exec(message);
    if (match !== null)
      return new Kind(device, `The ${device} device could not ${doing}: ${what(match)}`, advice, { cause });
  }
  const [line = ''] = message.split('\n');
  return new DeviceError(
    device,
    `The ${device} device could not ${doing}; the runtime said: ${line.trim()}`,
    'If the graph is right, report this with the graph.',
    { cause },
  );
}
