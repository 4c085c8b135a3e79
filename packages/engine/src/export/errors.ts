import { StockpotEngineError } from '../errors.js';

/** A model that cannot be written as a file for use, or whose file does not do what the model does. */
export class ExportError extends StockpotEngineError {}
