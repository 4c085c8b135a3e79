import { describe, expect, it } from 'vitest';
import { formatViewState, parseViewState, toggleOrder, toQuery } from './view-state';

const parse = (address: string) => parseViewState(new URLSearchParams(address));

describe('the address of a leaderboard view', () => {
  it('is empty for the view everybody starts with', () => {
    expect(formatViewState(parse(''))).toBe('');
  });

  it.each([
    'by=bench_01&dir=asc',
    'by=name&dir=desc',
    'by=bench_01&metric=ce%3Afog',
    'by=created',
    'kind=soup%2Cingredient',
    'q=ft+%26+lr',
    'by=bench_01&kind=soup&q=greedy&run=run_01',
  ])('says the same after it was read: %s', (address) => {
    expect(formatViewState(parse(address))).toBe(address);
  });

  it('leaves out what it does not understand', () => {
    expect(formatViewState(parse('by=; drop table&metric=../x&dir=up&kind=pan,soup&utm=1'))).toBe('kind=soup');
  });

  it('turns round when the same column is chosen again, and starts anew at another one', () => {
    const first = toggleOrder(parse(''), 'bench_01', { by: 'bench_01', direction: 'DESC' });
    expect(first).toMatchObject({ by: 'bench_01', direction: 'ASC' });
    const now = { by: 'bench_01', direction: 'ASC' as const };
    // Best first is the server's to know: of an error the lowest is best.
    expect(toggleOrder(first, 'bench_02', now)).toMatchObject({ by: 'bench_02', direction: null });
    expect(toQuery(toggleOrder(first, 'name', now)).orderBy).toEqual({ field: 'NAME', direction: 'ASC' });
  });

  it('asks the API for nothing more than it says', () => {
    expect(toQuery(parse('q=%20%20'))).toEqual({
      orderBy: { field: 'BENCHMARK', direction: null, benchmark: null, metric: null },
      filter: { kinds: null, search: null, run: null },
      metric: null,
    });
  });
});
