import { StockpotEngineError } from '../errors.js';

/** Options of a self-supervised algorithm that do not go together, or not with the model or the batch. */
export class SslOptionsError extends StockpotEngineError {}
