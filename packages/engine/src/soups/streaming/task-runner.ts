import { type StoredType, storedBytes } from '../../checkpoints/storage.js';
import { hashWholeFile } from './files.js';
import type { SoupJob, Task, TaskResult } from './job.js';
import { TensorMixer } from './tensor-mixer.js';

/** Does the tasks of a job in one thread. */
export class TaskRunner {
  readonly #job: SoupJob;
  #mixer: TensorMixer | undefined;

  constructor(job: SoupJob) {
    this.#job = job;
  }

  run(task: Task): TaskResult {
    if (task.kind === 'hash') return { task, ...hashWholeFile(this.#job.hashes[task.index] ?? '') };
    const tensor = this.#job.tensors[task.index];
    if (tensor === undefined) throw new RangeError(`The job has no tensor ${task.index}.`);
    this.#mixer ??= new TensorMixer(this.#job);
    const type: StoredType = tensor;
    return { task, ...this.#mixer.mix(tensor), bytes: storedBytes(type) };
  }
}
