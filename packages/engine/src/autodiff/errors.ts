import { StockpotEngineError } from '../errors.js';

/** A gradient was asked for that does not exist. The message says which operator or value stands in the way. */
export class GradientError extends StockpotEngineError {}
