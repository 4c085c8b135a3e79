import { type Context, type Lab, labs } from '@stockpot/domain';
import DataLoader from 'dataloader';

/** Labs by id. Nearly always one an operation, so each is read by itself. */
export function labLoader(ctx: Context): DataLoader<string, Lab> {
  return new DataLoader((ids) => Promise.all(ids.map((id) => labs.get({ ctx, input: { id } }))));
}
