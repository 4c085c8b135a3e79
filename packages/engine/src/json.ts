import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * The one text of a JSON value by RFC 8785: keys sorted by UTF-16 code unit, no white space, shortest numbers. Hashes of
 * documents are taken over this text, so neither key order nor the producer's formatting can change a step key.
 * NaN and the infinities are refused (JSON cannot carry them).
 */
export function canonicalJson(value: JsonValue): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('canonicalJson: expected a JSON value, got undefined or a function.');
  return text;
}

/** SHA-256 as 64 lower-case hexadecimal digits; a string is hashed as UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of the canonical JSON text of a value. */
export function hashJson(value: JsonValue): string {
  return sha256Hex(canonicalJson(value));
}
