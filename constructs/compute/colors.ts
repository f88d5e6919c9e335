/** The colors of a release: blue serves, green is tried. */
export const COLORS = ['blue', 'green'] as const;

export type Color = (typeof COLORS)[number];
