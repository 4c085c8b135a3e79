import type { DataSoup, DataSoupOptions, DataSoupOrder } from './cook-on-data.js';

export type { DataSoup, DataSoupOptions, DataSoupOrder } from './cook-on-data.js';
export { type DataMethod, type DataMethodName, dataMethods, isDataMethod } from './data-methods.js';

/** See cook-on-data.ts, which is loaded only now: whoever mixes without data needs no networks. */
export async function cookOnData(order: DataSoupOrder, options: DataSoupOptions): Promise<DataSoup> {
  const module = await import('./cook-on-data.js');
  return module.cookOnData(order, options);
}
