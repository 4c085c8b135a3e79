import { StockpotEngineError } from '@stockpot/engine/errors';

/** What could not be fetched from a hub, and what to do about it. */
export class HubError extends StockpotEngineError {}
