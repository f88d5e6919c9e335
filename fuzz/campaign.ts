import assert from 'node:assert/strict';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import {
  clientResponse,
  CONTEXT,
  type LocalApi,
  PAYMENT,
  startApi,
} from '../__tests__/lambda/payment-validation/local-api';
import { AUTHORITY_KEY } from '../lambda/shared/authority/dynamodb-authority';
import { REASON_PHRASES } from '../lambda/shared/http/message';
import { type FuzzedRequest, fuzzedRequests, type Ingredients } from './requests';

/** What a campaign was told, and how often each status came. */
export interface CampaignReport {
  readonly requests: number;
  readonly seed: number;
  readonly statuses: Readonly<Record<number, number>>;
}

/** Statuses that requests must reach, or the campaign proves nothing. */
export const STATUSES_TO_REACH = [200, 202, 400, 401, 403, 404, 405, 415, 422];

/**
 * Sends made-up requests of all shapes to the payment API, with DynamoDB and an issuer on this machine.
 * @throws AssertionError with the seed and the smallest request for which the API answered with 5xx (but 501 to a method that
 *   HTTP does not have), answered something that is no answer, rejected a promise behind its back, or repeated input
 */
export async function fuzzPaymentApi(options: {
  readonly requests: number;
  readonly seed: number;
}): Promise<CampaignReport> {
  const api = await startApi();
  const statuses: Record<number, number> = {};
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  try {
    const ingredients = await prepare(api);
    await fc.assert(
      fc.asyncProperty(fuzzedRequests(ingredients), async (request) => {
        const status = await check(api, request);
        statuses[status] = (statuses[status] ?? 0) + 1;
        assert.deepEqual(unhandled, [], 'no promise may be rejected unseen');
      }),
      { numRuns: options.requests, seed: options.seed },
    );
    return { ...options, statuses };
  } finally {
    process.off('unhandledRejection', onUnhandled);
    await api.stop();
  }
}

/** Sends one request and checks everything that must hold of any answer. */
async function check(api: LocalApi, { event, method, marker }: FuzzedRequest): Promise<number> {
  api.log.length = 0;
  const response = clientResponse(await api.handler()(event, CONTEXT));
  const { status, headers, text, json } = response;
  assert.ok(status in REASON_PHRASES, `the status must be one of ours, got ${status}`);
  assert.ok(
    status < 500 || (status === 501 && !KNOWN_METHOD.test(method)),
    `no request may cause a 5xx, got ${status}`,
  );
  const log = api.log.join('\n');
  assert.ok(!log.includes(marker), 'no input may be logged');
  // Four digits may be a group of the identifier of a payment.
  assert.ok(!/41111111|5555 5555|3782-822463/.test(log), 'no card number may be logged');
  if (status >= 400) {
    assert.ok(!text.includes(marker), 'no error may repeat input');
    assert.equal(headers['content-type'], 'application/problem+json');
    if (method !== 'HEAD') assert.equal((json as { status: unknown }).status, status);
  }
  if (status === 401 || status === 403) assert.match(headers['www-authenticate'] ?? '', /^Bearer realm=/);
  if (status === 405 || status === 204) assert.ok(headers.allow !== undefined, 'Allow must be there');
  if (status !== 204) assert.equal(headers['cache-control'], 'no-store');
  if (method === 'HEAD') assert.equal(text, '');
  return status;
}

const KNOWN_METHOD = /^(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE|TRACE|CONNECT)$/;

async function prepare(api: LocalApi): Promise<Ingredients> {
  await api.dynamodb.client.send(
    new PutCommand({ TableName: api.dynamodb.stateTable, Item: { ...AUTHORITY_KEY, authority: 'on-prem', epoch: 1 } }),
  );
  const token = await api.issuer.token();
  const accept = async (key: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key };
    const request = { method: 'POST', path: '/payments', headers, body: JSON.stringify(PAYMENT) };
    const { json } = await api.send('load balancer', request);
    return (json as { readonly transaction_id: string }).transaction_id;
  };
  return {
    goodTokens: [
      token,
      token,
      token,
      await api.issuer.token({ client_id: 'other' }),
      await api.issuer.token({ scope: '' }),
    ],
    badTokens: [
      await api.issuer.token({ exp: 1 }),
      await api.issuer.token({ aud: 'other' }),
      await api.issuer.token({}, { kid: 'unknown' }),
      await api.issuer.token({}, {}, api.issuer.keys.other.privateKey),
      `${token}x`,
      token.split('.').slice(0, 2).join('.'),
    ],
    paymentIds: [await accept('first'), await accept('second')],
  };
}
