import type { Construct } from 'constructs';
import { BlueGreenAliases, type Color, COLORS, NodeFunction } from '../../constructs/compute';
import {
  ApplicationLoadBalancer,
  blueGreenForward,
  Certificate,
  HttpsListener,
  LambdaTargetGroup,
  WebAcl,
} from '../../constructs/ingress';
import { Bucket } from '../../constructs/storage';
import { GreenTrafficWeight } from '../../constructs/traffic';
import type { Environment } from '../configuration';
import type { Foundations } from './foundations';

/** The payment API: the function and the load balancer in front of it. */
export interface PaymentApi {
  readonly function: NodeFunction;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly webAcl: WebAcl;
  /** The target groups by color. */
  readonly targetGroups: Readonly<Record<Color, LambdaTargetGroup>>;
}

/** Creates payment-validation with its two colors, and the load balancer, certificate and firewall in front of it. */
export function addPaymentApi(scope: Construct, environment: Environment, foundations: Foundations): PaymentApi {
  const target = addFunction(scope, environment, foundations);
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

function addFunction(scope: Construct, { paymentApi, logRetentionDays }: Environment, foundations: Foundations) {
  const { keys, network } = foundations;
  const target = new NodeFunction(scope, 'PaymentValidation', {
    component: 'payment-validation',
    description: 'Answers the payment API behind the load balancer.',
    memorySizeMib: paymentApi.memorySizeMib,
    timeoutSeconds: paymentApi.timeoutSeconds,
    reservedConcurrency: paymentApi.reservedConcurrency,
    imageUri: paymentApi.imageUri,
    encryptionKey: keys.lambda,
    logEncryptionKey: keys.logs,
    logRetentionDays,
    vpcId: network.vpcId,
    subnetIds: network.privateSubnetIds,
  });
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
