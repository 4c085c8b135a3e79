export { LoaderError } from './errors.js';
export { type LoadedBatches, type LoadOptions, loadBatches, threadsThatPay } from './load-batches.js';
