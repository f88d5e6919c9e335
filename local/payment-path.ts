// `npm run local`: the payment path on this machine, to be tried with curl. The functions are the deployed ones; the database
// servers are PostgreSQL; DynamoDB and the issuer of tokens are local; nothing is kept when it ends.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPaymentPath } from '../__tests__/lambda/payment-path/payment-path';
import { clientResponse, CONTEXT, eventOf } from '../__tests__/lambda/payment-validation/local-api';
import { startTwoServers } from '../__tests__/lambda/transaction-processing/two-ledgers';
import type { Side } from '../lambda/shared/authority/authority';
import { type HttpStatus, REASON_PHRASES } from '../lambda/shared/http/message';
import { onStop } from '../verification/on-stop';

async function main(): Promise<void> {
  const servers = await startTwoServers();
  const path = await startPaymentPath(servers, 'local');
  await path.setAuthority({ authority: 'on-prem', epoch: 1 });
  const handle = path.handler();

  // One at a time: a consumer reads its stream in order.
  let consumed: Promise<unknown> = Promise.resolve();
  const consume = (): void => {
    consumed = consumed.then(() => path.pump()).catch(report);
  };

  const server = createServer((request, response) => {
    answer(request, response, handle).then(consume, (error: unknown) => {
      report(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const folder = mkdtempSync(join(tmpdir(), 'payment-path-'));
  const urlOf = (side: Side): string => {
    const authorities = join(folder, `${side}.pem`);
    writeFileSync(authorities, servers[side].caPem ?? '');
    return path.ledgers.readerUrl(side, authorities);
  };
  const { port } = server.address() as AddressInfo;
  const [token, readOnly] = await Promise.all([
    path.api.issuer.token(),
    path.api.issuer.token({ scope: 'payments:read' }),
  ]);
  console.log(`
Ledgers: ${(['on-prem', 'aurora'] as const).map((side) => `${side} ${servers[side].version.split(' on ')[0] ?? ''}`).join(', ')}; authority: on-prem, epoch 1
DynamoDB: dynalite; its stream is made of the table's writes in commit order. S3, SQS and SNS: kept in memory.

export API=http://127.0.0.1:${port}
export TOKEN=${token}
export READ_ONLY_TOKEN=${readOnly}
export COMPARE_SOURCE_URL='${urlOf('on-prem')}'
export COMPARE_TARGET_URL='${urlOf('aurora')}'

The tokens are good for ten minutes. Nothing replicates one ledger to the other. Ctrl-C ends it all.`);

  onStop((exitCode) => {
    server.close();
    server.closeAllConnections();
    void consumed
      .then(() => path.stop())
      .then(() => servers.stop())
      .then(() => rmSync(folder, { recursive: true, force: true }))
      .catch(report)
      .finally(() => process.exit(exitCode));
  });
}

type Handle = (event: unknown, context: typeof CONTEXT) => Promise<Readonly<Record<string, unknown>>>;

/** A request over the event of a load balancer, as in AWS. */
async function answer(request: IncomingMessage, response: ServerResponse, handle: Handle): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const body = Buffer.concat(chunks);
  const headers: Record<string, readonly string[]> = {};
  for (const [name, values] of Object.entries(request.headersDistinct))
    if (values !== undefined) headers[name] = values;
  const event = eventOf('load balancer', {
    method: request.method ?? 'GET',
    path,
    query,
    headers,
    ...(body.length === 0 ? {} : { body }),
  });
  const { status, headers: answered, text } = clientResponse(await handle(event, CONTEXT));
  // As the load balancer sends it: Node.js calls some statuses by older names.
  response.writeHead(status, REASON_PHRASES[status as HttpStatus], answered).end(text);
}

function report(error: unknown): void {
  console.error(error);
}

main().catch((error: unknown) => {
  report(error);
  process.exitCode = 1;
});
