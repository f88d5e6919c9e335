/** Bytes in a mebibyte. */
export const MIB = 2 ** 20;

/** Bytes in a gibibyte. */
export const GIB = 2 ** 30;
