import { singleHeader } from '../shared/http/headers';
import type { HttpRequest } from '../shared/http/message';

/** Printable ASCII without the comma, which is how an HTTP API joins a header that came twice. */
const KEY = /^[\x20-\x2b\x2d-\x7e]{1,255}$/;

/** The key that makes a repeated request the same one, or what is wrong with it. */
export function readIdempotencyKey(request: HttpRequest): { readonly key: string } | { readonly problem: string } {
  const header = singleHeader(request, 'idempotency-key', 'in values');
  if (header.kind === 'one' && KEY.test(header.value)) return { key: header.value };
  const problem =
    header.kind === 'none'
      ? 'The request needs the header Idempotency-Key: a key of your choice for this payment, the same whenever you send it.'
      : header.kind === 'repeated'
        ? 'The header Idempotency-Key must come once.'
        : 'The header Idempotency-Key must have 1 to 255 printable ASCII characters other than the comma.';
  return { problem };
}
