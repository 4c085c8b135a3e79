'use client';

import { Elapsed } from '@/features/runs/elapsed';
import { StatusIcon } from '@/features/runs/status-badge';
import { cx } from '@/lib/cx';
import { groupOf, STEP_GROUPS } from './step-kinds';
import { progressText } from './step-progress';
import type { Step } from './types';

/** Every step in the order of the plan, by group. */
export function StepList({
  steps,
  selected,
  onOpen,
}: {
  steps: readonly Step[];
  selected: string | null;
  onOpen: (stepId: string) => void;
}) {
  return (
    <div className="max-h-[22rem] overflow-y-auto pb-2 lg:max-h-[44rem]">
      {STEP_GROUPS.map((group) => {
        const members = steps.filter((step) => groupOf(step) === group);
        if (members.length === 0) return null;
        const done = members.filter((step) => step.status === 'SUCCEEDED' || step.status === 'REUSED').length;
        return (
          <section key={group}>
            <h3 className="sticky top-0 z-10 flex justify-between border-b border-line bg-surface px-4 pt-3 pb-1.5 text-2xs font-medium tracking-wide text-muted uppercase sm:px-5">
              {group}
              <span className="tabular font-normal">
                {done}/{members.length}
              </span>
            </h3>
            <ul>
              {members.map((step) => (
                <li key={step.id}>
                  <button
                    type="button"
                    aria-current={step.stepId === selected ? 'true' : undefined}
                    onClick={() => onOpen(step.stepId)}
                    className={cx(
                      'flex w-full items-center gap-2.5 px-4 py-1.5 text-left text-sm -outline-offset-2 hover:bg-sunken sm:px-5',
                      step.stepId === selected && 'bg-accent-soft/60 hover:bg-accent-soft/60',
                    )}
                  >
                    <StatusIcon status={step.status} />
                    <span className="min-w-0 flex-1 truncate" title={step.title}>
                      {step.title}
                    </span>
                    <span className="shrink-0 text-xs text-muted">
                      {step.status === 'RUNNING' && step.progress ? (
                        progressText(step.progress)
                      ) : step.status === 'REUSED' ? (
                        'reused'
                      ) : (
                        <Elapsed from={step.startedAt} to={step.finishedAt} live={step.status === 'RUNNING'} />
                      )}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
