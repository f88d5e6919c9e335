import type { HttpRequest, HttpResponse } from '../shared/http/message';
import type { Route } from '../shared/http/router';
import { createGetPayment, type GetPaymentDependencies } from './get-payment';
import { createGetHealth, type HealthDependencies, type Identity } from './health';
import { createPostPayment, type PostPaymentDependencies } from './post-payment';

export interface RouteDependencies extends PostPaymentDependencies, GetPaymentDependencies, HealthDependencies {}

/** What the payment API answers. */
export function createRoutes(dependencies: RouteDependencies): readonly Route<Identity>[] {
  const getHealth = createGetHealth(dependencies);
  const health = (request: HttpRequest, _: unknown, identity: Identity): Promise<HttpResponse> =>
    getHealth(request, identity);
  return [
    { path: '/payments', methods: { POST: createPostPayment(dependencies) } },
    { path: '/payments/{id}', methods: { GET: createGetPayment(dependencies) } },
    { path: '/health', methods: { GET: health } },
  ];
}
