import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawingOf } from './cells.ts';
import type { Site } from './cells.ts';

const site = fc.record({
  longitude: fc.double({ min: 119, max: 119.6, noNaN: true }),
  latitude: fc.double({ min: 34, max: 34.5, noNaN: true }),
  township: fc.constantFrom('320723001', '320723100'),
});
const sites = fc
  .array(site, { minLength: 1, maxLength: 40 })
  .map((drawn): Site[] => drawn.map((one, index) => ({ ...one, code: `${one.township}${String(index).padStart(3, '0')}` })));

const cornersOf = (outline: string): { x: number; y: number }[] =>
  outline
    .slice(1, -1)
    .split('L')
    .map((text) => {
      const [x = 0, y = 0] = text.split(',').map(Number);
      return { x, y };
    });

describe('outlines drawn from points', () => {
  test('every corner of a cell is at least as near to its own village as to any other, and lies in the picture', () => {
    fc.assert(
      fc.property(sites, (drawn) => {
        const { cells, width, height } = drawingOf(drawn);
        for (const cell of cells) {
          for (const corner of cornersOf(cell.outline)) {
            const own = Math.hypot(corner.x - cell.x, corner.y - cell.y);
            const nearest = Math.min(...cells.map(({ x, y }) => Math.hypot(corner.x - x, corner.y - y)));
            // Written with one decimal.
            expect(own).toBeLessThanOrEqual(nearest + 0.3);
            expect(corner.x >= 0 && corner.x <= width && corner.y >= 0 && corner.y <= height).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([1e-14, 1e-9, 1e-7, 2e-6, 1e-5])('two villages %f degrees apart have each its side, or share one place', (apart) => {
    const near = [34.2, 34.2 + apart].map((latitude, index) => ({
      code: `32072300100${index}`,
      township: '320723001',
      longitude: 119.1,
      latitude,
    }));
    const { cells, height } = drawingOf([...near, { code: '320723001009', township: '320723001', longitude: 119.2, latitude: 34.2 }]);
    expect(height).toBeGreaterThan(0);
    for (const cell of cells.slice(0, 2))
      for (const corner of cornersOf(cell.outline)) {
        const nearest = Math.min(...cells.map(({ x, y }) => Math.hypot(corner.x - x, corner.y - y)));
        expect(Math.hypot(corner.x - cell.x, corner.y - cell.y)).toBeLessThanOrEqual(nearest + 0.3);
      }
  });

  test('two villages of one township share an edge without a border, of two townships with one', () => {
    const pair = (other: string) =>
      drawingOf([
        { code: '320723001001', township: '320723001', longitude: 119.1, latitude: 34.2 },
        { code: `${other}001`, township: other, longitude: 119.2, latitude: 34.2 },
      ]);
    const lines = (text: string): number => text.split('M').length - 1;
    expect(lines(pair('320723100').borders) - lines(pair('320723001').borders)).toBe(2);
    expect(pair('320723100').townships).toHaveLength(2);
  });

  test('no village, no picture; one village, a round one', () => {
    expect(drawingOf([])).toMatchObject({ cells: [], borders: '', townships: [], height: 0 });
    const one = drawingOf([{ code: '320723001001', township: '320723001', longitude: 119.1, latitude: 34.2 }]);
    expect(cornersOf(one.cells[0]?.outline ?? '')).toHaveLength(24);
  });
});
