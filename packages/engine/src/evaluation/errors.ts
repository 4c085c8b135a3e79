import { StockpotEngineError } from '../errors.js';

/** An evaluation that cannot be made, or whose inputs do not belong together. */
export class EvaluationError extends StockpotEngineError {}
