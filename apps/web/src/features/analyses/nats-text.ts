/** A loss, or a difference of losses, with three decimals, so that columns of them can be compared: 1.4 → "1.400". */
export function nats(value: number): string {
  return value.toFixed(3);
}

/** The same with its sign: "+0.180", a true minus sign below zero, none at zero. */
export function signedNats(value: number): string {
  const text = nats(Math.abs(value));
  if (Number(text) === 0) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}
