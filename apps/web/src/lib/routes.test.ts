import { expect, it } from 'vitest';
import { routes, safeNext } from './routes';

it('goes back only to a path of this site after signing in', () => {
  expect(safeNext('/labs/demo/runs?q=1')).toBe('/labs/demo/runs?q=1');
  for (const bad of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '', null])
    expect(safeNext(bad)).toBe('/');
});

it('escapes what comes from elsewhere', () => {
  expect(routes.run('a/b', 'run_1?x', 'ingredients/ft-00')).toBe('/labs/a%2Fb/runs/run_1%3Fx?step=ingredients%2Fft-00');
});

it('knows soups from other models', () => {
  expect(routes.model('demo', { id: 'soup_1', kind: 'SOUP' })).toBe('/labs/demo/soups/soup_1');
  expect(routes.model('demo', { id: 'ens_1', kind: 'ENSEMBLE' })).toBe('/labs/demo/models/ens_1');
});
