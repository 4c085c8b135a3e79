import type { Step } from '@stockpot/domain';
import { describe, expect, it } from 'vitest';
import { news } from './follow-run.js';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

function step(stepId: string, state: Partial<Step>): Step {
  return {
    id: `step_${stepId}`,
    labId: 'lab_1',
    runId: 'run_1',
    stepId,
    position: 0,
    kind: 'finetune',
    title: stepId,
    parameters: {},
    inputs: {},
    makes: { type: 'head' },
    dependsOn: [],
    repeat: 1,
    status: 'waiting',
    key: null,
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    progress: null,
    error: null,
    datasetId: null,
    benchmarkId: null,
    modelId: null,
    evaluationId: null,
    analysisId: null,
    series: [],
    artifacts: [],
    ...state,
  };
}

describe('the news of a run', () => {
  it('tells what happened before we looked in the order and at the times it happened', () => {
    const told = news(
      [
        step('b', { status: 'running', startedAt: at(5) }),
        step('a', { status: 'succeeded', startedAt: at(1), finishedAt: at(4) }),
        step('c', {}),
      ],
      new Map(),
    );
    expect(told.map(({ event, at: time }) => [event, time])).toEqual([
      [{ type: 'step', id: 'a', state: 'running' }, at(1)],
      [{ type: 'step', id: 'a', state: 'done' }, at(4)],
      [{ type: 'step', id: 'b', state: 'running' }, at(5)],
      [{ type: 'step', id: 'c', state: 'waiting' }, null],
    ]);
  });

  it('tells each change once', () => {
    const shown = new Map<string, Step>();
    const running = step('a', {
      status: 'running',
      startedAt: at(1),
      progress: { done: 10, total: 100, unit: 'steps', rate: 5 },
    });
    expect(news([running], shown)).toHaveLength(2);
    expect(news([running], shown)).toEqual([]);
    const failed = step('a', {
      status: 'failed',
      startedAt: at(1),
      finishedAt: at(2),
      error: { name: 'E', message: 'It broke.', advice: 'Mend it.' },
    });
    expect(news([failed], shown).map(({ event }) => event)).toEqual([
      { type: 'step', id: 'a', state: 'failed', error: { name: 'E', message: 'It broke.', advice: 'Mend it.' } },
    ]);
  });
});
