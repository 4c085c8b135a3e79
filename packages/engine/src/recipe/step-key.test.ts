import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { NUMERICS_VERSION, stepKey } from './step-key.js';

const fineTune = { kind: 'finetune', parameters: { lr: 0.001, seed: 7 } } as const;
const inputs = { dataset: ['aa'], stock: ['bb'], head: ['cc'] };

describe('a step key', () => {
  test('is the SHA-256 of a canonical text that anybody can write down', () => {
    const text = `{"device":"cpu","inputs":{"dataset":["aa"],"head":["cc"],"stock":["bb"]},"kind":"finetune","numerics":"${NUMERICS_VERSION}","parameters":{"lr":0.001,"seed":7}}`;
    expect(stepKey(fineTune, inputs, 'cpu')).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('does not depend on the order of keys', () => {
    const turned = { kind: 'finetune', parameters: { seed: 7, lr: 0.001 } } as const;
    expect(stepKey(turned, { head: ['cc'], stock: ['bb'], dataset: ['aa'] }, 'cpu')).toBe(
      stepKey(fineTune, inputs, 'cpu'),
    );
  });

  test('differs with anything that determines the result', () => {
    const keys = [
      stepKey(fineTune, inputs, 'cpu'),
      stepKey(fineTune, inputs, 'webgpu'),
      stepKey({ ...fineTune, kind: 'probe' }, inputs, 'cpu'),
      stepKey({ ...fineTune, parameters: { lr: 0.001, seed: 8 } }, inputs, 'cpu'),
      stepKey(fineTune, { ...inputs, stock: ['bd'] }, 'cpu'),
      stepKey(fineTune, { ...inputs, stock: ['bb', 'bd'] }, 'cpu'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('is not that of soups whose ties went by the majority of a tensor; other soups keep theirs', () => {
    const key = (tie: string) => stepKey({ kind: 'soup', parameters: { method: 'ties', tie } }, inputs, 'cpu');
    const plain = (tie: string) =>
      createHash('sha256')
        .update(
          `{"device":"cpu","inputs":{"dataset":["aa"],"head":["cc"],"stock":["bb"]},"kind":"soup","numerics":"${NUMERICS_VERSION}","parameters":{"method":"ties","tie":"${tie}"}}`,
        )
        .digest('hex');
    expect(key('none')).toBe(plain('none'));
    expect(key('majority')).not.toBe(plain('majority'));
  });

  test('names the onnxruntime that is installed', () => {
    const file = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8'));
    expect(NUMERICS_VERSION).toMatch(new RegExp(`/onnxruntime-${version}$`));
  });
});
