export { ApplicationLoadBalancer, type ApplicationLoadBalancerProps } from './application-load-balancer';
export { Certificate, type CertificateProps } from './certificate';
export {
  blueGreenForward,
  HttpsListener,
  type HttpsListenerProps,
  SSL_POLICIES,
  type SslPolicy,
  type WeightedTargetGroup,
} from './https-listener';
export { LambdaTargetGroup, type LambdaTargetGroupProps } from './lambda-target-group';
export { WebAcl, type WebAclProps } from './web-acl';
export {
  RATE_LIMIT_RANGE,
  RATE_LIMIT_WINDOWS_SECONDS,
  type RateLimitWindowSeconds,
  webAclProblems,
  type WebAclSettings,
} from './web-acl-settings';
