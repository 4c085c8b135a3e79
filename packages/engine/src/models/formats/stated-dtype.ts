import { z } from 'zod';
import { editJson } from './edit-json.js';

/** Where Hugging Face's configs say of which element type the weights are: today's name and the one before. */
const KEYS = ['dtype', 'torch_dtype'];
const object = z.record(z.string(), z.unknown());

/**
 * A config whose weights go out in f32 though they came in narrower: transformers would round them again on loading. The
 * text stays as it is when it says nothing of the kind.
 */
export function statedAsF32(text: string): string {
  const parsed = object.safeParse(JSON.parse(text));
  if (!parsed.success) return text;
  const narrow = (config: Readonly<Record<string, unknown>>, path: readonly string[]) =>
    KEYS.flatMap((key) => {
      const said = config[key];
      return typeof said === 'string' && said !== 'float32' ? [[[...path, key], 'float32'] as const] : [];
    });
  // The towers of CLIP have configs inside the config.
  const inner = Object.entries(parsed.data).flatMap(([key, value]) => {
    const config = key.endsWith('_config') ? object.safeParse(value) : null;
    return config?.success === true ? narrow(config.data, [key]) : [];
  });
  return editJson(
    text,
    [...narrow(parsed.data, []), ...inner].map(([path, value]) => [[...path], value]),
  );
}
