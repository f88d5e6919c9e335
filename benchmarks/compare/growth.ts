import { writeFileSync } from 'node:fs';

/** One size of a growing table. */
export interface GrowthPoint {
  /** Rows on each side. */
  readonly rows: number;
  /** What comparing took. */
  readonly seconds: number;
  /** What one scan of both sides took. */
  readonly scanSeconds: number;
  /** The most memory of the comparing process. */
  readonly maxRssMib: number;
}

const WIDTH = 420;
const HEIGHT = 280;
const ROWS = { field: 'rows', type: 'quantitative', title: 'million rows a side' } as const;

/** Draws time and memory over the number of rows, as SVG. The same points give the same file. */
export async function drawGrowth(points: readonly GrowthPoint[], file: string): Promise<void> {
  // Only who draws loads them; both are published as ES modules.
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const times = points.flatMap(({ rows, seconds, scanSeconds }) => [
    { rows: rows / 1e6, seconds, what: 'npm run compare' },
    { rows: rows / 1e6, seconds: scanSeconds, what: 'one scan' },
  ]);
  const { spec } = compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    hconcat: [
      {
        title: 'Time',
        width: WIDTH,
        height: HEIGHT,
        data: { values: times },
        mark: { type: 'line', point: true },
        encoding: {
          x: ROWS,
          y: { field: 'seconds', type: 'quantitative', title: 'seconds' },
          color: { field: 'what', type: 'nominal', title: null },
        },
      },
      {
        title: 'Memory of the comparing process',
        width: WIDTH,
        height: HEIGHT,
        data: { values: points.map(({ rows, maxRssMib }) => ({ rows: rows / 1e6, maxRssMib })) },
        mark: { type: 'line', point: true },
        encoding: {
          x: ROWS,
          y: { field: 'maxRssMib', type: 'quantitative', title: 'MiB', scale: { domain: [0, 150] } },
        },
      },
    ],
  });
  const view = new vega.View(vega.parse(spec), { renderer: 'none' });
  try {
    writeFileSync(file, `${await view.toSVG()}\n`);
  } finally {
    view.finalize();
  }
}
