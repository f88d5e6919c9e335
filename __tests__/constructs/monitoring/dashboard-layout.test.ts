import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DASHBOARD_LIMITS, dashboardBody, layOut, type WidgetSize } from '../../../constructs/monitoring';

const size = (width: number, height: number): WidgetSize => ({ width, height });
const places = (...sizes: WidgetSize[]): [number, number][] => layOut(sizes).map(({ x, y }) => [x, y]);

describe('the layout of a dashboard', () => {
  test('fills a row from the left and starts the next one below its highest widget', () => {
    expect(places(size(12, 3), size(12, 6), size(8, 2), size(16, 2), size(1, 1))).toEqual([
      [0, 0],
      [12, 0],
      [0, 6],
      [8, 6],
      [0, 8],
    ]);
  });

  test('gives a heading of the full width a row of its own', () => {
    expect(places(size(8, 6), size(24, 1), size(8, 6))).toEqual([
      [0, 0],
      [0, 6],
      [0, 7],
    ]);
  });

  const anySizes = fc.array(
    fc.record({ width: fc.integer({ min: 1, max: 24 }), height: fc.integer({ min: 1, max: 12 }) }),
    { maxLength: 60 },
  );

  test('never lets widgets overlap or leave the grid, and keeps their order and sizes', () => {
    fc.assert(
      fc.property(anySizes, (sizes) => {
        const placed = layOut(sizes);
        expect(placed.map(({ width, height }) => ({ width, height }))).toEqual(sizes);
        placed.forEach((a, index) => {
          expect(a.x).toBeGreaterThanOrEqual(0);
          expect(a.x + a.width).toBeLessThanOrEqual(DASHBOARD_LIMITS.columns);
          placed.slice(index + 1).forEach((b) => {
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart).toBe(true);
            // In reading order: never above, and to the right in the same row.
            expect(b.y > a.y || (b.y === a.y && b.x > a.x)).toBe(true);
          });
        });
      }),
    );
  });

  test.each([
    [size(0, 1), 'widgets[0].width must be a whole number from 1 to 24 (columns), got 0'],
    [size(25, 1), 'widgets[0].width must be a whole number from 1 to 24 (columns), got 25'],
    [size(1.5, 1), 'widgets[0].width must be a whole number from 1 to 24 (columns), got 1.5'],
    [size(1, 0), 'widgets[0].height must be a whole number from 1 to 1000 (rows), got 0'],
    [size(1, 1001), 'widgets[0].height must be a whole number from 1 to 1000 (rows), got 1001'],
  ])('refuses %p', (widget, message) => {
    expect(() => layOut([widget])).toThrow(message);
  });

  test.each([size(1, 1), size(24, 1000)])('accepts %p', (widget) => {
    expect(layOut([widget])).toEqual([{ ...widget, x: 0, y: 0 }]);
  });

  test('holds 500 widgets and no more', () => {
    const widgets = (count: number): WidgetSize[] => Array.from({ length: count }, () => size(24, 1));
    expect(layOut(widgets(500))).toHaveLength(500);
    expect(() => layOut(widgets(501))).toThrow('widgets must be at most 500, got 501; make two dashboards');
  });
});

test('the body of a dashboard holds the widgets with their places', () => {
  const text = { type: 'text', width: 24, height: 1, properties: { markdown: '## A' } } as const;
  expect(JSON.parse(dashboardBody([text, text]))).toEqual({
    widgets: [
      { ...text, x: 0, y: 0 },
      { ...text, x: 0, y: 1 },
    ],
  });
});
