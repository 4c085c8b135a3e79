import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metrics } from '../metrics/index.js';
import { anyPredictions } from '../predictions.fixture.js';
import { predictions } from '../predictions.js';
import { type ClassGroups, groupAccuracy, groupAnswers } from './class-groups.js';
import { onlyClasses } from './class-subset.js';
import { imagenetA, imagenetANames } from './imagenet-a.js';
import { imagenetR, imagenetRNames } from './imagenet-r.js';
import { laionC } from './laion-c.js';
import { objectNet } from './objectnet.js';

const groupsOf = (...members: number[][]): ClassGroups => ({
  source: 'test',
  names: members.map((_, index) => `group ${index}`),
  members,
});

describe('superclasses', () => {
  // Probabilities 0.5, 0.26, 0.24: the mean of the first two is 0.38, so that two classes outvote neither one nor many.
  const one = predictions(Float32Array.from([0.5, 0.26, 0.24], Math.log), Uint8Array.of(0), 3);

  test('score the mean probability of their classes, not the sum nor the largest', () => {
    expect([...groupAnswers(one, groupsOf([2], [0, 1]), 'mean-probability')]).toEqual([1]);
    expect([...groupAnswers(one, groupsOf([0], [1, 2]), 'mean-probability')]).toEqual([0]);
    // The sum would say group 1, the mean says group 0.
    const even = predictions(Float32Array.from([0.4, 0.3, 0.3], Math.log), Uint8Array.of(0), 3);
    expect([...groupAnswers(even, groupsOf([0], [1, 2]), 'mean-probability')]).toEqual([0]);
    expect(groupAccuracy(even, [0], groupsOf([0], [1, 2]), 'mean-probability')).toBe(1);
  });

  test('of one class each, by either rule, answer as the argmax does', () => {
    fc.assert(
      fc.property(anyPredictions(), (any) => {
        const singles = groupsOf(...Array.from({ length: any.classes }, (_, index) => [index]));
        expect(groupAccuracy(any, any.labels, singles, 'max-logit')).toBe(metrics.top1.compute(any));
      }),
    );
  });

  test('that overlap, are empty or of another model are refused', () => {
    const rule = 'mean-probability';
    expect(() => groupAnswers(one, groupsOf([0, 1], [1]), rule)).toThrow(
      /class 1 is in the groups group 0 and group 1/,
    );
    expect(() => groupAnswers(one, groupsOf([0], []), rule)).toThrow('The group group 1 has no class.');
    expect(() => groupAnswers(one, groupsOf([3]), rule)).toThrow(/has the class 3, but the model has 3 classes/);
    expect(() => groupAccuracy(one, [0, 1], groupsOf([0]), rule)).toThrow(/groups of 2 examples/);
  });
});

describe('a subset of classes', () => {
  test('is masked before the argmax: a wrong class outside of it does not count', () => {
    const logits = Float32Array.of(/* 9 outside */ 9, 1, 2, 0, /* */ 9, 3, 2, 0);
    const only = onlyClasses({ classes: 4, logits }, Uint8Array.of(1, 1), [1, 2]);
    expect(metrics.top1.compute(only)).toBe(0.5);
    expect([...only.logits]).toEqual([1, 2, 3, 2]);
  });

  test('of all classes changes nothing', () => {
    fc.assert(
      fc.property(anyPredictions(), ({ n, classes, logits, labels }) => {
        const all = Array.from({ length: classes }, (_, index) => index);
        const only = onlyClasses({ classes, logits: Float32Array.from(logits) }, Uint8Array.from(labels), all);
        expect([...only.logits]).toEqual([...logits]);
        expect(only.n).toBe(n);
      }),
    );
  });

  test('that names a class twice or one that is not there is refused', () => {
    const model = { classes: 2, logits: Float32Array.of(1, 2) };
    expect(() => onlyClasses(model, Uint8Array.of(0), [1, 1])).toThrow(/names the class 1 twice/);
    expect(() => onlyClasses(model, Uint8Array.of(0), [2])).toThrow(/a model of 2 classes does not have it/);
    expect(() => onlyClasses(model, Uint8Array.of(0), [])).toThrow(/no classes/);
  });
});

describe('the tables of ImageNet classes', () => {
  test('have the sizes that their papers name, and name every class once', () => {
    for (const list of [imagenetR, imagenetA]) {
      expect(list).toHaveLength(200);
      expect([...list]).toEqual([...new Set(list)].sort((a, b) => a - b));
    }
    for (const names of [imagenetRNames, imagenetANames]) {
      expect(names).toHaveLength(200);
      expect([...names]).toEqual([...new Set(names)].sort());
      expect(names.filter((name) => !/^n\d{8}$/.test(name))).toEqual([]);
    }
    // A class that both have is called the same in both, and no other is.
    const inR = new Map(imagenetR.map((index, label) => [index, imagenetRNames[label]]));
    const shared = imagenetA.flatMap((index, label) =>
      inR.has(index) ? [[inR.get(index), imagenetANames[label]]] : [],
    );
    expect(shared.length).toBe(86);
    expect(shared.filter(([r, a]) => r !== a)).toEqual([]);
    expect(new Set([...imagenetRNames, ...imagenetANames]).size).toBe(400 - shared.length);
    // As ImageNet itself numbers them: goldfish, great white shark, hammerhead; toilet tissue is the last of all.
    expect([1, 2, 4].map((index) => inR.get(index))).toEqual(['n01443537', 'n01484850', 'n01494475']);
    const sizes = Object.fromEntries(laionC.names.map((name, index) => [name, laionC.members[index]?.length]));
    expect(sizes).toEqual({
      ...{ ball: 6, bird: 49, boat: 7, bottle: 7, butterfly: 6, car_truck: 11, cat: 6, chair: 6, dog: 109, fish: 12 },
      ...{ fruit: 6, instruments: 13, primate: 18, snakes: 16, timekeeping: 6, tools: 7 },
    });
    expect(objectNet.names).toHaveLength(113);
    for (const { names, members } of [laionC, objectNet]) {
      expect([...names]).toEqual([...names].sort());
      const all = members.flat();
      expect(new Set(all).size).toBe(all.length);
      expect(Math.max(...all)).toBeLessThan(1000);
    }
  });
});
