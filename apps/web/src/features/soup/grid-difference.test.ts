import { describe, expect, it } from 'vitest';
import { differenceGrid } from './grid-difference';

const soup = {
  corruption: ['fog', 'fog', 'snow', 'snow'],
  severity: [1, 2, 1, 2],
  n: [200, 200, 200, 200],
  top1: [0.9, 0.8, 0.7, 0.6],
};

describe('the corruption grid as a difference', () => {
  it('is zero everywhere beside itself', () => {
    const grid = differenceGrid(soup, soup);
    expect(grid.extent).toBe(0);
    expect(grid.rows.flatMap((row) => row.cells.map((cell) => cell?.difference))).toEqual([0, 0, 0, 0]);
  });

  it('matches cells by name and severity, whatever their order', () => {
    const turned = {
      corruption: ['snow', 'fog', 'snow', 'fog'],
      severity: [2, 2, 1, 1],
      n: [200, 200, 200, 200],
      top1: [0.6, 0.8, 0.7, 0.9],
    };
    expect(differenceGrid(soup, turned).extent).toBe(0);
  });

  it('changes its sign when the two are exchanged', () => {
    const stock = { ...soup, top1: [0.5, 0.5, 0.9, 0.1] };
    const there = differenceGrid(soup, stock).rows.map((row) => row.mean.difference);
    const back = differenceGrid(stock, soup).rows.map((row) => -row.mean.difference);
    expect(there).toEqual(back);
    expect(there[0]).toBeCloseTo((0.4 + 0.3) / 2, 12);
    expect(there[1]).toBeCloseTo((-0.2 + 0.5) / 2, 12);
  });

  it('leaves a hole where one of them was not evaluated', () => {
    const partial = { corruption: ['fog'], severity: [1], n: [200], top1: [0.5] };
    const grid = differenceGrid(soup, partial);
    expect(grid.rows).toHaveLength(1);
    expect(grid.rows[0]?.cells[1]).toBeNull();
    expect(grid.rows[0]?.mean.n).toBe(200);
  });
});
