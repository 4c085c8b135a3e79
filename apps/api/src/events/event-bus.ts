import { type Channel, type ChannelPayloads, type Db, type Listener, listen } from '@stockpot/db';
import type { Logger } from '../logger.js';
import { ChangeStream } from './change-stream.js';

const CHANNELS: readonly Channel[] = ['stockpot_runs', 'stockpot_metrics', 'stockpot_leaderboard'];

interface Subscriber {
  readonly wants: (payload: object) => string | null;
  readonly stream: ChangeStream<string>;
}

/**
 * Fans Postgres notifications out to this process's subscribers. Every API process listens for itself, so it does not
 * matter which one a worker, a mutation or a browser talks to. Notifications only wake: what a subscriber is shown is
 * read, and authorised, anew.
 */
export class EventBus {
  private readonly subscribers = new Map<Channel, Set<Subscriber>>(CHANNELS.map((channel) => [channel, new Set()]));
  private listeners: readonly Listener[] = [];

  private constructor() {}

  static async start(db: Db, log: Logger): Promise<EventBus> {
    const bus = new EventBus();
    bus.listeners = await Promise.all(
      CHANNELS.map((channel) =>
        listen(db, channel, (payload) => bus.publish(channel, payload), {
          // What was sent while the connection was broken is lost: everybody looks again.
          onConnect: () => bus.wakeAll(channel),
          onError: (error) => log.warn({ err: error, channel }, 'listening was interrupted'),
        }),
      ),
    );
    return bus;
  }

  /**
   * Follows a channel.
   *
   * @param wants what of a payload the subscriber is told (an id), or null when it is not concerned
   */
  follow<C extends Channel>(channel: C, wants: (payload: ChannelPayloads[C]) => string | null): ChangeStream<string> {
    const subscribers = this.subscribers.get(channel);
    const stream = new ChangeStream<string>(() => subscribers?.delete(subscriber));
    const subscriber: Subscriber = { wants: (payload) => wants(payload as ChannelPayloads[C]), stream };
    subscribers?.add(subscriber);
    return stream;
  }

  /** Number of streams that are followed now. */
  get size(): number {
    let size = 0;
    for (const set of this.subscribers.values()) size += set.size;
    return size;
  }

  /** Ends every stream and stops listening. */
  async close(): Promise<void> {
    for (const set of this.subscribers.values()) for (const { stream } of [...set]) stream.end();
    await Promise.all(this.listeners.map((listener) => listener.close()));
  }

  private publish(channel: Channel, payload: object): void {
    for (const { wants, stream } of this.subscribers.get(channel) ?? []) {
      const change = wants(payload);
      if (change !== null) stream.push(change);
    }
  }

  private wakeAll(channel: Channel): void {
    for (const { stream } of this.subscribers.get(channel) ?? []) stream.push();
  }
}
