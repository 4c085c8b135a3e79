import { StockpotEngineError } from '../errors.js';

/** An analysis that its inputs do not allow: too few models, numbers that are none, tensors that do not fit. */
export class AnalysisError extends StockpotEngineError {}
