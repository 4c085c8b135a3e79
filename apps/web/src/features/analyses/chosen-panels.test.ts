import { expect, test } from 'vitest';
import type { AnalysisKind } from '@/gql/graphql';
import { chosenPanels } from './chosen-panels';
import { nats, signedNats } from './nats-text';
import { gainText, worthText } from './worth-text';

const one = (id: string, kind: AnalysisKind) => ({ id, kind });

test('of each kind the newest is drawn once, in the order in which a page tells, and the others are listed', () => {
  const pool = [one('ana_3', 'WHY'), one('ana_1', 'BARRIER'), one('ana_2', 'BARRIER')];
  const own = [one('ana_4', 'BARRIERS'), one('ana_3', 'WHY')];
  const { drawn, listed } = chosenPanels(pool, own);
  expect(drawn.map(({ id }) => id)).toEqual(['ana_4', 'ana_2', 'ana_3']);
  expect(listed.map(({ id }) => id)).toEqual(['ana_1']);
  expect(chosenPanels([], [])).toEqual({ drawn: [], listed: [] });
});

test('losses stand with as many decimals, differences with their sign, and worth by a loss as the loss it is', () => {
  expect([1.4, 0, 0.0004].map(nats)).toEqual(['1.400', '0.000', '0.000']);
  expect([0.18, -0.18, -0.0001].map(signedNats)).toEqual(['+0.180', '−0.180', '0.000']);
  expect([worthText('ACCURACY', 0.5), worthText('LOSS', -0.25)]).toEqual(['50.00 %', 'loss 0.250']);
  expect([gainText('ACCURACY', -0.0331), gainText('LOSS', 0.25)]).toEqual(['−3.31', '+0.250']);
});
