/** @file What host and child say to each other over Node's IPC channel (structured clone: numbers keep NaN). */
import type { ErrorReport } from '../errors.js';
import type { JsonObject } from '../json.js';
import type { StepKind } from '../recipe/plan.js';
import type { DeviceName } from '../runtime/device-names.js';
import type { StepResult } from '../steps/definition.js';
import type { SourceOptions } from './sources.js';

export interface StepRequest {
  readonly kind: StepKind;
  readonly parameters: JsonObject;
  /** Role → hashes of artifacts in the store, in the plan's order. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  /** Root folder of the `FileArtifactStore`. */
  readonly storeRoot: string;
  /** A folder of this step key alone, kept until the step succeeds. */
  readonly scratch: string;
  readonly sources: SourceOptions;
  /** What networks run on; left out, 'cpu'. */
  readonly device?: DeviceName;
}

export type StepEvent =
  | { readonly type: 'metric'; readonly series: string; readonly steps: number[]; readonly values: number[] }
  | {
      readonly type: 'progress';
      readonly done: number;
      readonly total: number;
      readonly unit: string;
      readonly rate: number | null;
      readonly device?: DeviceName;
    };

export type HostMessage =
  | { readonly type: 'run'; readonly request: StepRequest; readonly threads: number }
  | { readonly type: 'cancel' };

export type ChildMessage =
  | { readonly type: 'events'; readonly events: readonly StepEvent[] }
  | { readonly type: 'result'; readonly result: StepResult }
  | { readonly type: 'error'; readonly error: ErrorReport; readonly stack: string | null };
