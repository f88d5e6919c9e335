import type { Construct } from 'constructs';
import { BlueGreenAliases, type Color, COLORS, type NodeFunction } from '../../constructs/compute';
import {
  ApplicationLoadBalancer,
  blueGreenForward,
  Certificate,
  HttpsListener,
  LambdaTargetGroup,
  WebAcl,
} from '../../constructs/ingress';
import type { AuroraCluster } from '../../constructs/database';
import { Bucket } from '../../constructs/storage';
import { GreenTrafficWeight } from '../../constructs/traffic';
import type { Environment } from '../configuration';
import type { LedgerSecrets } from './database-credentials';
import type { Foundations } from './foundations';
import { addPaymentFunction } from './payment-function';
import type { PaymentStores } from './payment-stores';
import { reachDynamodb, reachKeys, reachLedgers, reachServices } from './reach';

/** The payment API: the function and the load balancer in front of it. */
export interface PaymentApi {
  readonly function: NodeFunction;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly webAcl: WebAcl;
  /** The target groups by color. */
  readonly targetGroups: Readonly<Record<Color, LambdaTargetGroup>>;
}

/** What the payment API works on. */
export interface PaymentApiParts extends Foundations {
  readonly database: AuroraCluster;
  readonly secrets: LedgerSecrets;
  readonly stores: PaymentStores;
}

/** Creates payment-validation with its two colors, and the load balancer, certificate and firewall in front of it. */
export function addPaymentApi(scope: Construct, environment: Environment, parts: PaymentApiParts): PaymentApi {
  const foundations: Foundations = parts;
  const target = addFunction(scope, environment, parts);
  const aliases = new BlueGreenAliases(scope, 'PaymentValidationAliases', {
    function: target,
    provisionedConcurrency: environment.paymentApi.provisionedConcurrency,
  });
  const loadBalancer = addLoadBalancer(scope, environment, foundations);
  const webAcl = new WebAcl(scope, 'WebAcl', {
    ...environment.ingress.webAcl,
    loadBalancerArn: loadBalancer.arn,
    encryptionKey: foundations.keys.logs,
    logRetentionDays: environment.logRetentionDays,
  });
  const [blue, green] = COLORS.map(
    (color) =>
      new LambdaTargetGroup(scope, color === 'blue' ? 'BlueTargetGroup' : 'GreenTargetGroup', {
        component: `payment-api-${color}`,
        functionName: target.functionName,
        aliasName: aliases[color].aliasName,
        aliasArn: aliases[color].aliasArn,
      }),
  ) as [LambdaTargetGroup, LambdaTargetGroup];
  const { dns } = environment;
  const certificate = new Certificate(scope, 'Certificate', { domainName: dns.apiHostName, zoneId: dns.zoneId });
  new HttpsListener(scope, 'HttpsListener', {
    loadBalancerArn: loadBalancer.arn,
    certificateArn: certificate.certificateArn,
    forwardTo: blueGreenForward(blue.arn, green.arn, new GreenTrafficWeight(scope, 'GreenTrafficWeight')),
    // No request may pass before the firewall stands and the functions can answer.
    dependsOn: [webAcl.association, blue.attachment, green.attachment],
  });
  return { function: target, loadBalancer, webAcl, targetGroups: { blue, green } };
}

function addFunction(scope: Construct, environment: Environment, parts: PaymentApiParts): NodeFunction {
  const { stores, secrets, network, database } = parts;
  const { memorySizeMib, timeoutSeconds, reservedConcurrency, imageUri, authorization } = environment.paymentApi;
  const target = addPaymentFunction(scope, 'PaymentValidation', environment, parts, {
    component: 'payment-validation',
    description: 'Answers the payment API behind the load balancer.',
    memorySizeMib,
    timeoutSeconds,
    reservedConcurrency,
    imageUri,
  });
  target.addEnvironment({
    TRANSACTIONS_TABLE: stores.transactions.tableName,
    MIGRATION_STATE_TABLE: stores.migrationState.tableName,
    JWT_ISSUER: authorization.issuer,
    JWT_AUDIENCE: authorization.audience,
    JWKS_URI: authorization.jwksUri,
    CLIENT_ID_CLAIM: authorization.clientIdClaim,
    AURORA_READ_SECRET_ARN: secrets.auroraRead.secretArn,
    DATABASE_AUTHORITIES_SECRET_ARN: secrets.authorities.secretArn,
    ...(secrets.onPremRead === undefined ? {} : { ONPREM_READ_SECRET_ARN: secrets.onPremRead.secretArn }),
  });
  stores.transactions.grantItems(target.role, 'get', 'put');
  stores.transactions.grantQueryById(target.role);
  stores.migrationState.grantItems(target.role, 'get');
  [secrets.auroraRead, secrets.onPremRead, secrets.authorities].forEach((secret) => secret?.grantRead(target.role));
  reachDynamodb(target, network);
  reachServices(target, network, 'Secrets Manager');
  reachLedgers(target, database, environment);
  reachKeys(target, authorization.jwksCidrs);
  return target;
}

function addLoadBalancer(scope: Construct, environment: Environment, { network }: Foundations) {
  const { ingress, paymentApi, logRetentionDays } = environment;
  // AWS delivers the logs of load balancers to buckets with S3's own keys only.
  const logBucket = new Bucket(scope, 'LoadBalancerLogs', {
    component: 'load-balancer-logs',
    encryption: 'sse-s3',
    versioned: false,
    lifecycleRules: [{ id: 'expire-logs', expireAfterDays: logRetentionDays }],
  });
  const isInternal = ingress.scheme === 'internal';
  return new ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpcId: network.vpcId,
    subnetIds: isInternal ? network.privateSubnetIds : network.publicSubnetIds,
    scheme: ingress.scheme,
    allowedCidrs: ingress.allowedCidrs ?? (isInternal ? [network.vpcCidr] : undefined),
    logBucket,
    // The load balancer must wait longer than the function may take.
    idleTimeoutSeconds: Math.max(60, paymentApi.timeoutSeconds + 5),
  });
}
