import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { architectureSchema } from '../../models/architecture.js';
import { keyed } from '../../random/random.js';
import { packedTensor, packedTensors, readFixture } from '../../testing/oracle.fixture.js';
import { classifier } from '../../training/inference.js';
import { unpackBits } from '../bitmap.js';
import { adversarialAccuracy } from './adversarial-accuracy.js';
import { type Attack, type AttackNorm, fgsm, pgd } from './attack.js';
import { classifierUnderAttack } from './attack-target.js';
import { inputGradient } from './input-gradient.js';
import { adversarialFixture, linearTarget, twoLayers } from './network.fixture.js';

const options = { batch: 16, threads: 1, seed: 3 };
const norms: readonly AttackNorm[] = ['linf', 'l2'];

/** How far each image was moved. */
function distances(norm: AttackNorm, from: Float32Array, to: Float32Array, size: number): number[] {
  return Array.from({ length: from.length / size }, (_, row) => {
    const change = Array.from({ length: size }, (_, i) => (to[row * size + i] ?? 0) - (from[row * size + i] ?? 0));
    return norm === 'linf' ? Math.max(...change.map(Math.abs)) : Math.hypot(...change);
  });
}

describe('on a linear model of two classes', () => {
  const pixels = 12;
  const random = keyed(1, 'linear');
  const weight = Float32Array.from({ length: 2 * pixels }, () => random.normal());
  const bias = Float32Array.of(0.1, -0.1);
  // In the middle of [0, 1], so that the box never stops an attack and the closed form holds.
  const images = Float32Array.from({ length: 40 * pixels }, () => 0.5 + 0.2 * (random.uniform() - 0.5));
  const difference = Array.from({ length: pixels }, (_, i) => (weight[i] ?? 0) - (weight[pixels + i] ?? 0));
  const lead = Array.from({ length: 40 }, (_, row) =>
    difference.reduce((sum, w, i) => sum + w * (images[row * pixels + i] ?? 0), 0.2),
  );
  const labels = lead.map((margin, row) => (margin > 0 === (row % 7 !== 0) ? 0 : 1));
  // An image survives a radius that is smaller than its margin divided by the dual norm of the weights.
  const dual = {
    linf: difference.reduce((sum, w) => sum + Math.abs(w), 0),
    l2: Math.hypot(...difference),
  };
  const target = linearTarget(weight, bias);
  const accuracy = async (attack: Attack) =>
    (await adversarialAccuracy(target, images, labels, attack, options)).adversarial;

  test.each(norms)('one step of %s reaches exactly the closed form', async (norm) => {
    for (const eps of [0, 0.01, 0.03, 0.1]) {
      const survive = lead.map((margin, row) => (labels[row] === 0 ? margin : -margin) - eps * dual[norm] > 0);
      expect(await accuracy(fgsm(eps, norm))).toBe(survive.filter(Boolean).length / 40);
    }
  });

  test.each(norms)('many steps of %s from a random start reach it too', async (norm) => {
    for (const eps of [0.01, 0.03]) {
      const survive = lead.map((margin, row) => (labels[row] === 0 ? margin : -margin) - eps * dual[norm] > 0);
      expect(await accuracy(pgd(eps, { norm, restarts: 2 }))).toBe(survive.filter(Boolean).length / 40);
    }
  });

  test.each(norms)('accuracy under %s never rises with the radius', async (norm) => {
    const accuracies: number[] = [];
    for (const eps of [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3])
      accuracies.push(await accuracy(pgd(eps, { norm, steps: 8 })));
    expect(accuracies).toEqual([...accuracies].sort((a, b) => b - a));
    expect(accuracies[0]).toBeGreaterThan(accuracies.at(-1) ?? 1);
  });
});

describe('on a network of two layers', () => {
  const { pixels, labels, cases } = adversarialFixture;
  const size = 32;
  const attacked = (attack: Attack, change: Partial<typeof options> = {}) =>
    adversarialAccuracy(twoLayers, pixels.data, labels, attack, { ...options, ...change });

  test('the accuracies are those of torch', async () => {
    for (const { norm, eps, steps, stepSize, accuracy } of cases) {
      const attack = { norm, eps, steps, stepSize, randomStart: false, restarts: 1 };
      expect((await attacked(attack)).adversarial).toBeCloseTo(accuracy, 12);
    }
  });

  test.each(norms)('no image leaves its %s ball or [0, 1]', async (norm) => {
    for (const attack of [fgsm(0.3, norm), pgd(0.3, { norm, steps: 5 }), pgd(0.3, { norm, steps: 1, stepSize: 40 })]) {
      const { images } = await attacked(attack);
      expect(Math.min(...images)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...images)).toBeLessThanOrEqual(1);
      for (const distance of distances(norm, pixels.data, images, size))
        expect(distance).toBeLessThanOrEqual(0.3 + 1e-6);
    }
  });

  test('with radius 0 nothing changes, and the bitmaps say the same as the shares', async () => {
    const result = await attacked(pgd(0));
    expect(result.images).toEqual(pixels.data);
    expect(result.adversarial).toBe(result.clean);
    expect(result.adversarialCorrect).toEqual(result.cleanCorrect);
    expect(unpackBits(result.cleanCorrect, result.n).filter(Boolean)).toHaveLength(result.clean * result.n);
    expect(result.withoutGradient).toBe(0);
  });

  test('random starts follow the seed and the image, not the batch', async () => {
    const first = await attacked(pgd(0.1, { steps: 2 }));
    expect((await attacked(pgd(0.1, { steps: 2 }), { batch: 5 })).images).toEqual(first.images);
    expect((await attacked(pgd(0.1, { steps: 2 }), { seed: 4 })).images).not.toEqual(first.images);
  });

  describe.each(norms)('an image that is wrong unattacked has not survived, however %s attacks begin', (norm) => {
    // Every image is said to be of the class 0, which is what the network answers to some of them.
    const zeros = labels.map(() => 0);
    const attackedOf = async (images: Float32Array, attack: Attack) => {
      const result = await adversarialAccuracy(twoLayers, images, zeros, attack, options);
      const { cleanCorrect, adversarialCorrect, n } = result;
      return { ...result, clean: unpackBits(cleanCorrect, n), robust: unpackBits(adversarialCorrect, n) };
    };
    const count = (bits: readonly boolean[]) => bits.filter(Boolean).length;

    test.each([0, 0.02, 0.1, 0.4])('within %s', async (eps) => {
      const counts: number[] = [];
      for (const restarts of [1, 2, 4]) {
        const { n, clean, robust, forwardPasses } = await attackedOf(
          pixels.data,
          pgd(eps, { norm, steps: 2, restarts }),
        );
        // The survivors are among the right ones, image by image, and more restarts only take some away.
        expect(count(robust.filter((right, row) => right && !clean[row]))).toBe(0);
        expect(forwardPasses).toBe(n * (1 + restarts * 3));
        counts.push(count(robust));
        if (eps === 0) expect(robust).toEqual(clean);
      }
      expect(counts).toEqual([...counts].sort((a, b) => b - a));
    });

    test('although a drawn start answers some of them rightly', async () => {
      // A step of length 0: what is answered is the drawn start itself, within a radius that moves images across borders.
      const drawn = await attackedOf(pixels.data, {
        ...{ norm, eps: norm === 'linf' ? 1 : 5, steps: 1, stepSize: 0, randomStart: true, restarts: 1 },
      });
      const { clean: after } = await attackedOf(drawn.images, fgsm(0));
      expect(count(after.filter((right, row) => right && !drawn.clean[row]))).toBeGreaterThan(0);
      expect(drawn.robust).toEqual(after.map((right, row) => right && drawn.clean[row]));
    });
  });

  test('refuses normalised images, radii that are none, and restarts without a random start', async () => {
    const normalised = pixels.data.map((value) => 2 * value - 1);
    await expect(adversarialAccuracy(twoLayers, normalised, labels, fgsm(0.1), options)).rejects.toThrow(
      /needs pixels in 0 … 1, not normalised ones/,
    );
    await expect(adversarialAccuracy(twoLayers, pixels.data, [1], fgsm(0.1), options)).rejects.toThrow(
      /384 numbers are not 1 images of 32/,
    );
    expect(() => fgsm(-1)).toThrow(/No attack has radius -1/);
    expect(() => pgd(0.1, { randomStart: false, restarts: 2 })).toThrow(/2 times the same attack/);
    const signal = AbortSignal.abort();
    await expect(
      adversarialAccuracy(twoLayers, pixels.data, labels, fgsm(0.1), { ...options, signal }),
    ).rejects.toThrow(/The attack/);
  });
});

test('a saturated model gives no gradient to follow, and the result says so', async () => {
  const weight = Float32Array.of(1000, 0, -1000, 0);
  const target = linearTarget(weight, Float32Array.of(0, 0));
  const result = await adversarialAccuracy(target, Float32Array.of(0.5, 0.5), [0], fgsm(0.6), options);
  expect(result).toMatchObject({ clean: 1, adversarial: 1, withoutGradient: 1 });
});

describe('on a vision transformer', () => {
  const { cases } = readFixture(new URL('../../models/vit/fixtures/vit.json', import.meta.url), {
    cases: z.array(
      z.object({ architecture: architectureSchema, classes: z.int(), weights: packedTensors, images: packedTensor }),
    ),
  });
  const [one] = cases;
  if (one === undefined || one.architecture.family !== 'vit') throw new Error('The fixture of timm has no ViT.');
  const { architecture, weights, classes } = one;
  const channels = architecture.channels;
  const preprocessing = { mean: Array(channels).fill(0.45), std: Array(channels).fill(0.25) };
  const count = one.images.shape[0] ?? 0;
  const size = one.images.data.length / count;
  const pixels = one.images.data.map((value) => 1 / (1 + Math.exp(-value)));
  const labels = Array.from({ length: count }, (_, row) => row % classes);
  const target = classifierUnderAttack(weights, architecture, preprocessing);

  test('the normalisation is inside: logits of pixels are those of the normalised images', async () => {
    const [network, plain] = [
      await inputGradient(target, { batch: count, threads: 1 }),
      await classifier(weights, architecture, { batch: count, threads: 1 }),
    ];
    const { logits } = await network.at(pixels, labels);
    const expected = await plain.logits(pixels.map((value) => (value - 0.45) / 0.25));
    for (const [i, logit] of logits.entries()) expect(logit).toBeCloseTo(expected[i] ?? Number.NaN, 4);
    await Promise.all([network.dispose(), plain.dispose()]);
  });

  test('the gradient by a pixel is the slope of the loss, by finite differences', async () => {
    const network = await inputGradient(target, { batch: count, threads: 1 });
    const { gradient } = await network.at(pixels, labels);
    const loss = async (images: Float32Array) => {
      const { logits } = await network.at(images, labels);
      const own = [...logits.subarray(0, classes)];
      return Math.log(own.reduce((sum, z) => sum + Math.exp(z), 0)) - (own[labels[0] ?? 0] ?? 0);
    };
    const steepest = [...gradient.subarray(0, size).keys()]
      .sort((a, b) => Math.abs(gradient[b] ?? 0) - Math.abs(gradient[a] ?? 0))
      .slice(0, 3);
    for (const at of steepest) {
      const [up, down] = [new Float32Array(pixels), new Float32Array(pixels)];
      up[at] = (up[at] ?? 0) + 0.005;
      down[at] = (down[at] ?? 0) - 0.005;
      const slope = ((await loss(up)) - (await loss(down))) / ((up[at] ?? 0) - (down[at] ?? 0));
      expect(slope / (gradient[at] ?? 0)).toBeCloseTo(1, 1);
    }
    await network.dispose();
  });

  test('an attack finds images that are answered otherwise', async () => {
    const network = await inputGradient(target, { batch: count, threads: 1 });
    const { logits } = await network.at(pixels, labels);
    await network.dispose();
    const answers = Array.from({ length: count }, (_, row) => {
      const own = logits.subarray(row * classes, (row + 1) * classes);
      return own.indexOf(Math.max(...own));
    });
    const attacked = await adversarialAccuracy(target, pixels, answers, pgd(0.2), { ...options, batch: count });
    expect(attacked.clean).toBe(1);
    expect(attacked.adversarial).toBeLessThan(1);
    expect(() => classifierUnderAttack(new Map(), architecture, preprocessing)).toThrow(/has no head/);
  });
});
