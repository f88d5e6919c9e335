import type { HttpRequest } from './message';

/** How often a request has a header, and what it says. */
export type SingleHeader = { readonly kind: 'none' } | { readonly kind: 'repeated' } | ValuedHeader;

interface ValuedHeader {
  readonly kind: 'one';
  readonly value: string;
}

/**
 * A header that may come once only. An HTTP API joins repeated headers with commas, so for a header whose value has no commas
 * one that has them was repeated.
 * @param name in lower case
 * @param commas whether a single value may have them
 */
export function singleHeader({ headers }: HttpRequest, name: string, commas: 'in values' | 'join'): SingleHeader {
  const [value, ...others] = headers.get(name) ?? [];
  if (value === undefined) return { kind: 'none' };
  if (others.length > 0 || (commas === 'join' && value.includes(','))) return { kind: 'repeated' };
  return { kind: 'one', value: value.trim() };
}
