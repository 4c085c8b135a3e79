import { expect, it } from 'vitest';
import { inUnit, seriesUnit } from './series-unit';

it('shows memory in MiB and waiting in per cent, gaps as gaps', () => {
  expect(inUnit([2 ** 29, null], seriesUnit('memory'))).toEqual([512, null]);
  expect(inUnit([2 ** 30], seriesUnit('device_memory'))).toEqual([1024]);
  expect(inUnit([0.02], seriesUnit('data_wait'))).toEqual([2]);
});

it('shows every other series as it is', () => {
  const values = [0.5, null];
  expect(inUnit(values, seriesUnit('loss'))).toBe(values);
});
