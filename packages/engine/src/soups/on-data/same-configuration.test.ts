import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { encodeSafetensors } from '../../checkpoints/safetensors.js';
import { tensorOf } from '../../graph/tensor.js';
import { assertSameConfiguration } from './same-configuration.js';

test('Ingredients of another library are evaluated by the configuration of the first, so others must say the same', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'stockpot configurations '));
  const open = (name: string, config: object | null, metadata = {}) => {
    const path = join(folder.path, name);
    mkdirSync(path);
    writeFileSync(
      join(path, 'model.safetensors'),
      encodeSafetensors(new Map([['w', tensorOf('f32', [1], [1])]]), metadata),
    );
    if (config !== null) writeFileSync(join(path, 'config.json'), JSON.stringify(config));
    return openCheckpoint(path);
  };
  await using first = await open('first', { model_type: 'vit', hidden_act: 'gelu', transformers_version: '4.40' });
  await using same = await open('same', { hidden_act: 'gelu', model_type: 'vit', _name_or_path: 'x' });
  await using silent = await open('silent', null);
  await using house = await open('house', { hidden_act: 'silu' }, { 'stockpot.architecture': '{}' });
  await using other = await open('other', { model_type: 'vit', hidden_act: 'quick_gelu', image_mean: [0.5] });
  await assertSameConfiguration([first, same, silent, house]);
  await expect(assertSameConfiguration([first, same, other])).rejects.toThrow(
    /other: its config.json says otherwise than that of .*first, .*: hidden_act, image_mean differ\./,
  );
});
