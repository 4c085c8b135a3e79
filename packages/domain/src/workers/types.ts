import type { WorkerStatus } from '@stockpot/db';
import { z } from 'zod';

export interface WorkerLease {
  readonly workerId: string;
  /** Given with every write; grows each time the executor registers or is declared dead. */
  readonly epoch: number;
}
export interface Worker {
  readonly id: string;
  readonly executorId: string;
  readonly hostname: string;
  readonly device: Readonly<Record<string, unknown>>;
  readonly slots: number;
  readonly status: WorkerStatus;
  readonly heartbeatAt: Date;
}
export const registerWorkerInput = z.object({
  /** Stable per host and slot: registering again ends the lease of who had it. */
  executorId: z.string().min(1).max(200),
  hostname: z.string().min(1).max(255),
  /** The device inventory: shown, not interpreted. */
  device: z.record(z.string(), z.unknown()),
  slots: z.number().int().min(1).max(1024),
});
export const heartbeatInput = z.object({});
/** What the worker must know at its heartbeat. */
export interface Heartbeat {
  /** Runs of this worker that somebody asked to cancel and that are not finished. */
  readonly cancelRequested: readonly string[];
}
export const reapInput = z.object({ deadAfterSeconds: z.number().int().min(1).max(86_400) });
export interface Reaped {
  /** Executors declared dead by this call: their workflows may be resumed elsewhere. */
  readonly executorIds: readonly string[];
}
export const listWorkersInput = z.object({});
export const signOffInput = z.object({});
