import type { SoupCertificate } from '../certificate.js';
import type { DataSoup, DataSoupOptions, DataSoupOrder } from './cook-on-data.js';

import type { StatisticsOrder } from './estimate-statistics.js';
import type { KitchenOptions } from './kitchen.js';

export type { DataSoup, DataSoupOptions, DataSoupOrder } from './cook-on-data.js';
export { type DataMethod, type DataMethodName, dataMethods, isDataMethod } from './data-methods.js';
export type { StatisticsOrder } from './estimate-statistics.js';

/** See cook-on-data.ts, which is loaded only now: whoever mixes without data needs no networks. */
export async function cookOnData(order: DataSoupOrder, options: DataSoupOptions): Promise<DataSoup> {
  const module = await import('./cook-on-data.js');
  return module.cookOnData(order, options);
}

/** See estimate-statistics.ts. */
export async function estimateStatistics(order: StatisticsOrder, options: KitchenOptions): Promise<SoupCertificate> {
  const module = await import('./estimate-statistics.js');
  return module.estimateStatistics(order, options);
}
