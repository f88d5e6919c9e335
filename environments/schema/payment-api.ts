import { FUNCTION_LIMITS } from '../../constructs/compute/function-limits';
import { integer, matching, section } from './primitives';

const { memorySizeMib, timeoutSeconds } = FUNCTION_LIMITS;

const concurrencyRange = section({
  min: integer(1, 1000, 'execution environments').describe('Always initialized.'),
  max: integer(1, 1000, 'execution environments').describe('Initialized at most.'),
});

/** The payment API's function behind the load balancer. */
export const paymentApiSchema = section({
  memorySizeMib: integer(memorySizeMib.least, memorySizeMib.most, memorySizeMib.unit)
    .default(1024)
    .describe('Memory, and with it CPU: 1769 MiB is one core.'),
  timeoutSeconds: integer(timeoutSeconds.least, timeoutSeconds.most, timeoutSeconds.unit)
    .default(30)
    .describe('How long one request may take.'),
  reservedConcurrency: integer(1, 1000, 'execution environments')
    .optional()
    .describe('The most that run at once, set aside from the account. Default: none set aside.'),
  provisionedConcurrency: section({
    blue: concurrencyRange.optional().describe('For the promoted version. Default: none.'),
    green: concurrencyRange.optional().describe('For the newest version. Default: none.'),
  })
    .prefault({})
    .describe('Execution environments that are initialized before requests come; autoscaled between the limits.'),
  imageUri: matching(
    /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$/,
    'must be an ECR image by digest: <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<64 hex digits>',
    'take the digest that the push printed; a tag can move',
  )
    .optional()
    .describe('A container image instead of the bundled code. Default: the code is bundled and zipped.'),
}).describe('payment-validation, the function behind the load balancer.');
