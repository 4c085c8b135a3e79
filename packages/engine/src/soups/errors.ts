import { StockpotEngineError } from '../errors.js';

/** Ingredients that cannot be mixed, or a method that was not given what it needs. */
export class SoupError extends StockpotEngineError {}
