import { StockpotEngineError } from '../errors.js';

/** Ingredients that cannot be mixed, or a method that was not given what it needs. */
export class SoupError extends StockpotEngineError {}

/** A method that was told what it does not take, or not for so many ingredients. */
export class MethodParameterError extends SoupError {
  constructor(
    /** Its name in the table of methods. */
    readonly parameter: string,
    message: string,
    advice: string,
  ) {
    super(message, advice);
  }
}
