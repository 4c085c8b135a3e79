import { DeviceError } from './errors.js';

interface Known {
  readonly pattern: RegExp;
  readonly what: (match: RegExpExecArray) => string;
  readonly advice: string;
}

/** What onnxruntime says, and what it means for the person who reads it. */
const known: readonly Known[] = [
  {
    pattern: /bad_?alloc|failed to allocate|out of memory|Array buffer allocation failed/i,
    what: () => 'There is not enough memory.',
    advice: 'Use a smaller batch or image size, or close other programs.',
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
  for (const { pattern, what, advice } of known) {
    const match = pattern.exec(message);
    if (match !== null)
      return new DeviceError(device, `The ${device} device could not ${doing}: ${what(match)}`, advice, { cause });
  }
  const [line = ''] = message.split('\n');
  return new DeviceError(
    device,
    `The ${device} device could not ${doing}; the runtime said: ${line.trim()}`,
    'If the graph is right, report this with the graph.',
    { cause },
  );
}
