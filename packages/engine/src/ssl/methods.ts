import type { SslAlgorithm } from '../recipe/ssl-options.js';
import { lejepa } from './lejepa.js';
import { mae } from './mae.js';
import { massl } from './massl.js';
import { mmcr } from './mmcr.js';
import { mocov3 } from './mocov3.js';
import type { SslMethod } from './ssl-method.js';

/** Every self-supervised algorithm by the name that a recipe calls it: one file each, one interface, one table. */
export const sslMethods: { readonly [Algorithm in SslAlgorithm]: SslMethod } = { mae, mocov3, mmcr, lejepa, massl };
