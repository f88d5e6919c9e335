import { FUNCTION_LIMITS } from '../../constructs/compute/function-limits';
import { cidr, integer, list, matching, section, text } from './primitives';

const { memorySizeMib, timeoutSeconds } = FUNCTION_LIMITS;

const concurrencyRange = section({
  min: integer(1, 1000, 'execution environments').describe('Always initialized.'),
  max: integer(1, 1000, 'execution environments').describe('Initialized at most.'),
});

const isHttpsAddress = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url?.protocol === 'https:' && [url.search, url.hash, url.username, url.password].every((part) => part === '');
};

const httpsAddress = (what: string) =>
  text(
    { must: 'must be an https:// address without query, fragment and credentials', fix: `write ${what}` },
    isHttpsAddress,
  );

/** The private subnets and the function's security group let HTTPS out on its own port only. */
const reachableAddress = (what: string) =>
  text(
    { must: 'must be an https:// address on port 443 without query, fragment and credentials', fix: `write ${what}` },
    (value) => isHttpsAddress(value) && new URL(value).port === '',
  );

const authorization = section({
  issuer: httpsAddress('the iss of its tokens, letter by letter').describe('Who issues the tokens: their iss claim.'),
  audience: matching(
    /^\S{1,256}$/,
    'must be 1 to 256 characters without spaces',
    'write the aud of the tokens that are for this API',
  ).describe('For whom the tokens are: their aud claim.'),
  jwksUri: reachableAddress('the jwks_uri of its metadata').describe(
    'Where the keys are that its tokens are signed with.',
  ),
  jwksCidrs: list(cidr(), 'networks').describe(
    'The networks in which jwksUri answers. The function reaches these over HTTPS and no other outside of the VPC.',
  ),
  clientIdClaim: matching(
    /^[A-Za-z][A-Za-z0-9_:./-]{0,63}$/,
    'must be the name of a claim: 1 to 64 letters, digits and _:./-, a letter first',
    'write it as azp or client_id',
  )
    .default('client_id')
    .describe('The claim that names the client: payments and idempotency keys belong to it.'),
}).describe('Who may call the API: the issuer of OAuth 2 access tokens (JWT).');

/** The payment API's function behind the load balancer. */
export const paymentApiSchema = section({
  authorization,
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
