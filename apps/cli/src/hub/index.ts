/** @file The hub: the only part of Stockpot's own tools that uses a network. */
export { DEFAULT_ENDPOINT, type HubOptions, hubOptions } from './client.js';
export { HubError } from './errors.js';
export { type FetchedModel, fetchModel } from './fetch-model.js';
export { type HubReference, isHubReference, parseHubReference } from './reference.js';
