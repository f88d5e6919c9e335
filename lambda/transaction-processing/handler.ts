import type { Authority } from '../shared/authority/authority';
import { createStreamHandler, type StreamContext, type StreamResult } from '../shared/stream/handler';
import { BatchAuthority } from './batch-authority';
import { type BookingDependencies, processPayment } from './process-payment';

/** What the handler needs from outside. `functionHandler` around it writes the metrics out. */
export interface HandlerDependencies extends BookingDependencies {
  readonly authority: Authority;
}

/** The function behind the stream of approved transactions: books each of a batch once. */
export function createHandler(dependencies: HandlerDependencies) {
  return (event: unknown, context?: StreamContext): Promise<StreamResult> => {
    const authority = new BatchAuthority(dependencies.authority);
    const handle = createStreamHandler({
      ...dependencies,
      handleRecord: (image, record) => processPayment(dependencies, authority, image, record),
    });
    return handle(event, context);
  };
}
