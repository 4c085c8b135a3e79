import type { Plan, PlanStep } from '@stockpot/engine/recipe';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Schedule, type StepOutcome } from './schedule.js';

/** A step that reads the output 'x' of others. */
function step(id: string, needs: readonly string[] = []): PlanStep {
  return {
    id,
    kind: 'soup',
    title: id,
    parameters: {},
    inputs: needs.length === 0 ? {} : { from: needs.map((from) => ({ step: from, output: 'x' })) },
    makes: { type: 'head' },
  };
}

function plan(steps: readonly PlanStep[]): Plan {
  return { name: 'a plan', seed: 1, steps, report: [], selection: [], hash: '0'.repeat(64) };
}

const done = (id: string): StepOutcome => ({
  state: 'done',
  outputs: { x: { hash: `hash of ${id}`, bytes: 1, mediaType: 'text/plain' } },
});
const failed: StepOutcome = { state: 'failed', error: { name: 'E', message: 'It broke.', advice: 'Mend it.' } };

describe('the schedule of a run', () => {
  it('hands a step out once its inputs are made, with their hashes', () => {
    const schedule = new Schedule(plan([step('a'), step('b'), step('c', ['b', 'a'])]));
    expect(schedule.take().map((ready) => ready.stepId)).toEqual(['a', 'b']);
    schedule.settle('a', done('a'));
    expect(schedule.take()).toEqual([]);
    schedule.settle('b', done('b'));
    expect(schedule.take()).toEqual([{ stepId: 'c', inputs: { from: ['hash of b', 'hash of a'] }, urgency: 1 }]);
    expect(schedule.settled).toBe(false);
    schedule.settle('c', done('c'));
    expect(schedule.settled).toBe(true);
    expect(schedule.result).toEqual({ state: 'succeeded' });
  });

  it('calls those steps urgent that the longest chain hangs on', () => {
    const schedule = new Schedule(
      plan([step('leaf'), step('root'), step('middle', ['root']), step('end', ['middle'])]),
    );
    const urgencies = schedule.take().map(({ stepId, urgency }) => [stepId, urgency]);
    expect(urgencies).toEqual([
      ['leaf', 2],
      ['root', 0],
    ]);
  });

  it('counts an outcome that is told twice once', () => {
    const schedule = new Schedule(plan([step('a'), step('b'), step('c', ['a', 'b'])]));
    schedule.take();
    schedule.settle('a', done('a'));
    schedule.settle('a', done('a'));
    expect(schedule.take()).toEqual([]);
  });

  it('still runs what does not need a failed step, and names the first cause', () => {
    const schedule = new Schedule(plan([step('a'), step('b'), step('c', ['a']), step('d', ['b'])]));
    schedule.take();
    schedule.settle('a', failed);
    expect(schedule.settled).toBe(false);
    schedule.settle('b', done('b'));
    expect(schedule.take().map((ready) => ready.stepId)).toEqual(['d']);
    schedule.settle('d', done('d'));
    expect(schedule.settled).toBe(true);
    expect(schedule.result).toMatchObject({ state: 'failed', stepId: 'a', error: { message: 'It broke.' } });
  });

  it('ends as cancelled when a step was cancelled', () => {
    const schedule = new Schedule(plan([step('a'), step('b', ['a'])]));
    schedule.take();
    schedule.settle('a', { state: 'cancelled' });
    expect(schedule.settled).toBe(true);
    expect(schedule.result).toEqual({ state: 'cancelled' });
  });

  it('does the same again when the same outcomes are replayed, whatever the plan and their order', () => {
    const plans = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc
          .tuple(...Array.from({ length: size }, (_, i) => fc.subarray(Array.from({ length: i }, (_, j) => `s${j}`))))
          .map((needs) => plan(needs.map((of, i) => step(`s${i}`, of)))),
      );
    fc.assert(
      fc.property(plans, fc.array(fc.nat(), { minLength: 20, maxLength: 20 }), (aPlan, choices) => {
        const order: string[] = [];
        const first = new Schedule(aPlan);
        const running: string[] = [];
        const givenOut: string[][] = [];
        for (let i = 0; !first.settled || running.length > 0 || i === 0; i += 1) {
          const taken = first.take().map((ready) => ready.stepId);
          givenOut.push(taken);
          running.push(...taken);
          const [next] = running.splice((choices[i % choices.length] ?? 0) % running.length, 1);
          if (next === undefined) break;
          order.push(next);
          first.settle(next, done(next));
        }
        expect(new Set(order).size).toBe(aPlan.steps.length);
        for (const each of aPlan.steps) {
          const needs = each.inputs.from ?? [];
          for (const { step: needed } of needs) expect(order.indexOf(needed)).toBeLessThan(order.indexOf(each.id));
        }
        const replay = new Schedule(aPlan);
        order.forEach((id, i) => {
          expect(replay.take().map((ready) => ready.stepId)).toEqual(givenOut[i]);
          replay.settle(id, done(id));
        });
        expect(replay.result).toEqual({ state: 'succeeded' });
      }),
    );
  });
});
