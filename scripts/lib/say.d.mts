export class Refusal extends Error {
  readonly advice: string;
  readonly details: string;
  constructor(message: string, advice: string, details?: string);
}
export function paint(code: number, text: string): string;
export function printFailure(error: unknown): void;
