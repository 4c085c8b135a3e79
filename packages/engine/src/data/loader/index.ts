export { LoaderError } from './errors.js';
export { type LoadedBatches, type LoadOptions, loadBatches } from './load-batches.js';
export { type LoadTestOptions, loadTestImages } from './load-test-images.js';
export { threadsThatPay } from './threads-that-pay.js';
