/** @file What an evaluation says beyond the answers themselves: calibration, corruption errors, classes that answer for others. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../random/random.js';
import { temperatureScaling } from './calibration/temperature.js';
import { accuracy, evaluate } from './evaluation.js';
import { groupAccuracy } from './groups/class-groups.js';
import { classRules } from './groups/class-rules.js';
import { imagenetR } from './groups/imagenet-r.js';
import { laionC } from './groups/laion-c.js';
import { predictions } from './predictions.js';
import { protocolOf } from './protocol.fixture.js';
import type { EvaluationProtocol } from './protocol.js';
import { normalisers } from './robustness/reference-errors.js';

const [selectionHash, testHash] = ['1'.repeat(64), '2'.repeat(64)];

function answersOf(n: number, classes: number, seed: number) {
  const random = keyed(seed);
  const labels = Uint8Array.from({ length: n }, () => random.integer(classes));
  const logits = Float32Array.from({ length: n * classes }, (_, index) => {
    const right = labels[Math.floor(index / classes)] === index % classes;
    return 3 * random.normal() + (right ? 2 : 0);
  });
  return { labels, logits };
}

describe('a temperature', () => {
  const [chosen, reported] = [answersOf(60, 3, 1), answersOf(80, 3, 2)];
  const selection = evaluate(protocolOf(60, { role: 'selection' }), selectionHash, chosen.logits, chosen.labels);
  const options = { calibration: selection.evaluation };
  const scaled = evaluate(protocolOf(80, {}), testHash, reported.logits, reported.labels, options).evaluation;

  test('is fitted on the selection split, stated there without numbers that it would flatter', () => {
    expect(selection.evaluation.calibration).toEqual({ protocol: selectionHash, n: 60, bound: null });
    expect(selection.evaluation.further.temperature).toBeGreaterThan(1);
    expect(Object.keys(selection.evaluation.further)).not.toContain('nllScaled');
  });

  test('is applied elsewhere, as the two splits together say', () => {
    const expected = temperatureScaling(
      predictions(chosen.logits, chosen.labels, 3),
      predictions(reported.logits, reported.labels, 3),
    );
    expect(scaled.calibration).toEqual(selection.evaluation.calibration);
    expect(scaled.further).toMatchObject({
      temperature: expected.temperature,
      nllScaled: expected.nll.after,
      eceScaled: expected.ece.after,
    });
    expect(scaled.nll).toBe(expected.nll.before);
    expect(scaled.further.brierScaled).toBeLessThan(scaled.brier ?? 0);
  });

  test('never comes from the labels of what is reported, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 80, maxLength: 80, max: 2 }), (labels) => {
        const other = evaluate(protocolOf(80, {}), testHash, reported.logits, labels, options).evaluation;
        expect(other.further.temperature).toBe(selection.evaluation.further.temperature);
      }),
      { numRuns: 20 },
    );
    const greedy = { ...protocolOf(80, {}), metrics: { temperature: '' } };
    expect(() => evaluate(greedy, testHash, reported.logits, reported.labels)).toThrow(
      "The protocol asks for a temperature on 'test', whose role is test.",
    );
    // What was handed on twice is not what was fitted: the origin of a temperature is the evaluation it is read from.
    expect(() =>
      evaluate(protocolOf(80, {}), testHash, reported.logits, reported.labels, { calibration: scaled }),
    ).toThrow(/was fitted elsewhere/);
  });

  test('is not given where there is no selection benchmark', () => {
    const alone = evaluate(protocolOf(80, {}), testHash, reported.logits, reported.labels).evaluation;
    expect(alone.calibration).toBeNull();
    expect(Object.keys(alone.further).filter((name) => /temperature|Scaled/.test(name))).toEqual([]);
  });
});

describe('corruption errors', () => {
  const { alexnet } = normalisers;
  const names = Object.keys(alexnet.errors);
  const n = 4;
  const corruptions = (list: readonly string[], normalised: boolean): EvaluationProtocol['corruptions'] => ({
    suite: 'imagenet-c',
    protocol: 'test',
    severities: [1, 2, 3, 4, 5],
    order: '',
    randomness: '',
    list: list.map((name) => ({ name, definition: '', levels: [] })),
    images: 'b'.repeat(64),
    ...(normalised ? { normaliser: { ...alexnet, severities: [...alexnet.severities] } } : {}),
  });
  const labels = Uint8Array.of(0, 1, 0, 1);
  /** Half of every cell right, but none of fog at severity 4. */
  const logits = (list: readonly string[]) =>
    Float32Array.from({ length: list.length * 5 * n * 2 }, (_, index) => {
      const row = Math.floor(index / 2);
      const cell = Math.floor(row / n);
      const dark = list[Math.floor(cell / 5)] === 'fog' && cell % 5 === 3;
      const answer = dark ? 1 - (row % 2) : 0;
      return index % 2 === answer ? 1 : 0;
    });
  const of = (list: readonly string[], normalised: boolean, clean?: number) => {
    const stated = { classes: 2, corrupted: true, normalised };
    const protocol = protocolOf(n, stated, { corruptions: corruptions(list, normalised) });
    const other = evaluate(protocolOf(1, { classes: 2 }), selectionHash, Float32Array.of(1, 0), Uint8Array.of(0));
    return evaluate(
      protocol,
      testHash,
      logits(list),
      labels,
      clean === undefined ? {} : { clean: { ...other.evaluation, top1: clean } },
    ).evaluation;
  };

  test('are plain where no model normalises them: the mean error, and the worst cell', () => {
    const { further, meanCorruptionError } = of(['snow', 'fog'], false);
    expect(further.worstCell).toBe(0);
    expect(meanCorruptionError).toBeCloseTo((0.5 + (4 * 0.5 + 1) / 5) / 2, 12);
    expect(Object.keys(further).filter((name) => /ce$/i.test(name.split(':')[0] ?? ''))).toEqual(['adaptiveEce']);
  });

  test('are divided by those of the declared model, by name, and relative ones need the clean error', () => {
    const shuffled = [...names].reverse();
    const plain = of(shuffled, true).further;
    const fog = (4 * 0.5 + 1) / 5;
    expect(plain['ce:fog']).toBeCloseTo((100 * fog) / (alexnet.errors.fog ?? 0), 10);
    const ce = (name: string) => (100 * (name === 'fog' ? fog : 0.5)) / (alexnet.errors[name] ?? 0);
    expect(plain.mce).toBeCloseTo(names.reduce((sum, name) => sum + ce(name), 0) / 15, 10);
    expect(plain.relativeMce).toBeUndefined();
    const relative = of(shuffled, true, 0.75);
    expect(relative.further['relativeCe:snow']).toBeCloseTo(
      (100 * (0.5 - 0.25)) / ((alexnet.errors.snow ?? 0) - alexnet.clean),
      10,
    );
    expect(relative.clean).toEqual({ protocol: selectionHash, top1: 0.75 });
  });

  test('of a selection split: a temperature is fitted to all cells, and says how many images they are of', () => {
    const protocol = protocolOf(
      n,
      { classes: 2, corrupted: true, role: 'selection' },
      { corruptions: corruptions(['snow', 'fog'], false) },
    );
    const { calibration } = evaluate(protocol, selectionHash, logits(['snow', 'fog']), labels).evaluation;
    expect(calibration).toMatchObject({ protocol: selectionHash, n: 4 });
  });

  test('over other corruptions than the reference knows are refused, not averaged', () => {
    expect(() => of([...names.slice(1), 'spatter'], true)).toThrow(/knows no error for spatter at severity 1/);
  });
});

describe('classes that answer for the labels', () => {
  const n = 6;
  const random = keyed(7);
  const logits = Float32Array.from({ length: n * 1000 }, () => random.normal());
  const of = (name: 'imagenet-r' | 'imagenet-a' | 'objectnet' | 'laion-c', labels: Uint8Array) => {
    const { classes, definition } = classRules[name];
    const scoring = { classes: name, definition };
    const protocol = protocolOf(n, { classes, rule: name }, { scoring });
    expect(accuracy(protocol, logits, labels)).toBe(evaluate(protocol, testHash, logits, labels).evaluation.top1);
    return evaluate(protocol, testHash, logits, labels);
  };

  test('of ImageNet-R and -A: the best of the 200 answers, and confidence is over them', () => {
    const best = Uint8Array.from({ length: n }, (_, row) => {
      const kept = imagenetR.map((index) => logits[row * 1000 + index] ?? 0);
      return kept.indexOf(Math.max(...kept));
    });
    const { evaluation, correct } = of('imagenet-r', best);
    expect(evaluation.top1).toBe(1);
    expect(correct).toEqual(Uint8Array.of(0b111111));
    // Near-uniform over 200 classes, not over 1,000.
    expect(evaluation.nll).toBeLessThan(Math.log(200));
    expect(of('imagenet-a', best).evaluation.further.top5).toBeDefined();
  });

  test('of LAION-C and ObjectNet: groups answer together, and have no probability', () => {
    const labels = Uint8Array.of(0, 1, 2, 3, 4, 8);
    const { evaluation } = of('laion-c', labels);
    const whole = predictions(logits, new Uint8Array(n), 1000);
    expect(evaluation.top1).toBe(groupAccuracy(whole, labels, laionC, 'mean-probability'));
    expect([evaluation.nll, evaluation.ece, evaluation.brier]).toEqual([null, null, null]);
    expect(Object.keys(of('objectnet', labels).evaluation.further).sort()).toEqual(['macroF1', 'matthews']);
    // Nor does a temperature that was fitted elsewhere say anything of them.
    const chosen = answersOf(60, 3, 1);
    const calibration = evaluate(protocolOf(60, { role: 'selection' }), selectionHash, chosen.logits, chosen.labels);
    const scoring = { classes: 'objectnet', definition: '' } as const;
    const protocol = protocolOf(n, { classes: 113, rule: 'objectnet' }, { scoring });
    const beside = evaluate(protocol, testHash, logits, labels, { calibration: calibration.evaluation }).evaluation;
    expect(Object.keys(beside.further).sort()).toEqual(['macroF1', 'matthews']);
    expect(beside.calibration).toBeNull();
  });

  test('need a model with all of them', () => {
    const protocol = protocolOf(
      n,
      { classes: 16, rule: 'laion-c' },
      { scoring: { classes: 'laion-c', definition: '' } },
    );
    expect(() => evaluate(protocol, testHash, logits.slice(0, n * 16), new Uint8Array(n))).toThrow(
      'The benchmark is scored by laion-c, among 1000 classes; the model answers with 16.',
    );
  });
});
