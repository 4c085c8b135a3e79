import type { ApiContext } from '../graphql/context.js';
import type { Change } from './change-stream.js';

/**
 * Answers one event of a subscription: who asks is established anew, `read` goes through the domain's policies anew. When
 * that fails (the session ended, the role was taken away) the subscriber gets the error and the subscription ends.
 */
export async function authorised<T>(
  event: Change<unknown>,
  context: ApiContext,
  read: (context: ApiContext) => Promise<T>,
): Promise<T> {
  try {
    await context.renew();
    return await read(context);
  } catch (error) {
    event.end();
    throw error;
  }
}
