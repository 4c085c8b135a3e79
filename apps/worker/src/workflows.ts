import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Plan } from '@stockpot/engine/recipe';
import { Schedule, type StepOutcome } from './schedule.js';
import type { StepOrder } from './step-executor.js';

/**
 * The version of the workflows below as recorded histories see them. Raise it with every change of what they do in which
 * order; histories of other versions are dropped and their runs started over, which costs nothing but time, as finished
 * steps are found by their keys.
 */
export const WORKFLOW_VERSION = 'cook-1';

export const RUNS_QUEUE = 'stockpot-runs';
export const STEPS_QUEUE = 'stockpot-steps';

const FINISHED = 'finished';
/** A receive that waits for ever, as far as DBOS lets it: it is asked again when the time is over. */
const RECEIVE_SECONDS = 24 * 3600;

export type RunResult = Schedule['result'];

/** What the workflows need from the worker around them. Each call may be repeated after a crash. */
export interface WorkflowServices {
  /** Marks the run as running and gives its plan; null when it is over already. */
  startRun(runId: string): Promise<Plan | null>;
  executeStep(order: StepOrder): Promise<StepOutcome>;
  finishRun(runId: string, result: RunResult): Promise<void>;
}

interface FinishedMessage {
  readonly stepId: string;
  readonly outcome: StepOutcome;
}

/**
 * One workflow a run, whose id is the run's; one child a step, whose id is `<run>:<step>`, on a queue that gives each
 * worker as many as it has slots. The parent decides from the plan and from the order in which its children's messages
 * arrived, and DBOS records both: replayed on any worker after a crash, it comes to the same decisions, finds its
 * children again by their ids and goes on where it was.
 */
export function registerWorkflows(services: WorkflowServices) {
  const cookStep = DBOS.registerWorkflow(
    async (order: StepOrder): Promise<void> => {
      const outcome = await DBOS.runStep(() => services.executeStep(order), { name: 'execute' });
      const message: FinishedMessage = { stepId: order.step.id, outcome };
      await DBOS.send(order.runId, message, FINISHED);
    },
    { name: 'cookStep' },
  );

  const cookRun = DBOS.registerWorkflow(
    async (runId: string): Promise<void> => {
      const plan = await DBOS.runStep(() => services.startRun(runId), { name: 'start' });
      if (plan === null) return;
      const schedule = new Schedule(plan);
      const steps = new Map(plan.steps.map((step) => [step.id, step]));
      for (;;) {
        for (const { stepId, inputs, urgency } of schedule.take()) {
          const step = steps.get(stepId);
          if (step === undefined) throw new Error(`The plan has no step '${stepId}'.`);
          await DBOS.startWorkflow(cookStep, {
            workflowID: stepWorkflowId(runId, stepId),
            queueName: STEPS_QUEUE,
            enqueueOptions: { priority: urgency },
          })({ runId, step, inputs });
        }
        if (schedule.settled) break;
        const message = await DBOS.recv<FinishedMessage>(FINISHED, RECEIVE_SECONDS);
        if (message !== null) schedule.settle(message.stepId, message.outcome);
      }
      const { result } = schedule;
      await DBOS.runStep(() => services.finishRun(runId, result), { name: 'finish' });
    },
    { name: 'cookRun' },
  );

  return { cookRun, cookStep };
}

export type Workflows = ReturnType<typeof registerWorkflows>;

export function stepWorkflowId(runId: string, stepId: string): string {
  return `${runId}:${stepId}`;
}

/** Registers the queues; all workers of one database share their settings, so `slots` should agree among them. */
export async function registerQueues(slots: number): Promise<void> {
  await DBOS.registerQueue(RUNS_QUEUE, { minPollingIntervalMs: 100, onConflict: 'always_update' });
  await DBOS.registerQueue(STEPS_QUEUE, {
    workerConcurrency: slots,
    minPollingIntervalMs: 50,
    onConflict: 'always_update',
  });
}
