/** A position of the WAL as a number: `16/B374D848` is two halves of 32 bits, in hexadecimal digits. */
export function lsnValue(lsn: string): bigint {
  const match = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(lsn);
  if (match === null) throw new Error(`an LSN must be two hexadecimal numbers with a slash between them, got ${lsn}`);
  const [, high = '', low = ''] = match;
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/** Whether a position has been reached: `reached` is it, or lies behind it. */
export const hasReached = (reached: string, position: string): boolean => lsnValue(reached) >= lsnValue(position);
