import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { EncryptedLogGroup, type LogRetentionDays } from '../monitoring/encrypted-log-group';
import { Deployment } from '../naming';
import { SecurityGroup } from '../network/security-group';
import { type Grantee, ServiceRole } from '../policy';
import { type AsynchronousInvocation, configureAsynchronousInvocation, grantDelivery } from './failure-destination';
import { type FunctionEnvironment, mergeEnvironment } from './function-environment';
import { requireWithinLimits } from './function-limits';
import { imagePackage, zipPackage } from './function-package';
import { attachToVpc, sendTraces, writeLogs } from './function-permissions';

export interface NodeFunctionProps {
  /** The function's name without the suffix, and its folder in lambda/: `payment-validation`. */
  readonly component: string;
  /** What the function does, in one sentence of at most 256 characters. */
  readonly description: string;
  /** Memory, and with it CPU (one whole at 1,769), in MiB: 128 to 10,240. */
  readonly memorySizeMib: number;
  /** How long one invocation may take, in seconds: 1 to 900. */
  readonly timeoutSeconds: number;
  /** The key for environment variables. */
  readonly encryptionKey: EncryptionKey;
  /** The key for the log group. */
  readonly logEncryptionKey: EncryptionKey;
  /** Days until a log event expires. */
  readonly logRetentionDays: LogRetentionDays;
  /**
   * Environment variables beside ENVIRONMENT (the suffix) and RELEASE (a digest of the code), which every function has.
   * @default none
   */
  readonly environment?: FunctionEnvironment;
  /**
   * The VPC to run in, with `subnetIds`.
   * @default outside of any VPC
   */
  readonly vpcId?: string;
  /**
   * The private subnets to run in, with `vpcId`.
   * @default outside of any VPC
   */
  readonly subnetIds?: readonly string[];
  /**
   * The most executions at once, set aside from the account's: 0 stops the function.
   * @default none set aside
   */
  readonly reservedConcurrency?: number;
  /**
   * What becomes of events of asynchronous invocations.
   * @default Lambda's own: two retries, 6 hours, then the event is lost. For functions that are called synchronously.
   */
  readonly asynchronousInvocation?: AsynchronousInvocation;
  /**
   * A container image by digest that runs instead of the code in lambda/.
   * @default the code in lambda/, bundled and zipped
   */
  readonly imageUri?: string;
  /**
   * The least important log lines that are kept.
   * @default 'INFO'
   */
  readonly logLevel?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
}

/**
 * A Lambda function in TypeScript from lambda/, on Node.js 22 and arm64: with a role, log group and (in a VPC) security group
 * of its own, traced, its environment encrypted. Every change of code or configuration publishes a version; versions are
 * never deleted while the function exists, so that aliases can stay on old ones.
 * @throws Error when a number is outside Lambda's limits, or the name, image or environment is one that Lambda would refuse
 */
export class NodeFunction extends Construct {
  readonly component: string;
  readonly functionName: string;
  readonly functionArn: string;
  /** The newest published version. */
  readonly version: string;
  /** The digest of the code: of the zip in base64, of an image in hexadecimal. Known at synthesis. */
  readonly codeSha256: string;
  /** The name of what runs: the beginning of the digest in hexadecimal. Known at synthesis. */
  readonly release: string;
  readonly role: ServiceRole;
  readonly logGroup: EncryptedLogGroup;
  /** Undefined outside of a VPC. */
  readonly securityGroup: SecurityGroup | undefined;
  readonly reservedConcurrency: number | undefined;
  readonly timeoutSeconds: number;
  private readonly resource: LambdaFunction;
  private environment: FunctionEnvironment = {};

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    requireValid(props);
    const deployment = Deployment.of(this);
    const name = deployment.name(props.component, 'function');
    const code =
      props.imageUri === undefined ? zipPackage(this, 'Package', props.component) : imagePackage(props.imageUri);

    this.component = props.component;
    this.codeSha256 = code.codeSha256;
    this.release = code.release;
    this.reservedConcurrency = props.reservedConcurrency;
    this.timeoutSeconds = props.timeoutSeconds;
    this.logGroup = new EncryptedLogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${name}`,
      encryptionKey: props.logEncryptionKey,
      retentionDays: props.logRetentionDays,
    });
    this.securityGroup = createSecurityGroup(this, props);
    this.role = createRole(this, props, this.logGroup.logGroupArn);
    this.resource = new LambdaFunction(this, 'Function', {
      functionName: name,
      description: props.description,
      ...code.arguments,
      architectures: ['arm64'],
      memorySize: props.memorySizeMib,
      timeout: props.timeoutSeconds,
      role: this.role.roleArn,
      publish: true,
      reservedConcurrentExecutions: props.reservedConcurrency,
      kmsKeyArn: props.encryptionKey.keyArn,
      loggingConfig: {
        logFormat: 'JSON',
        logGroup: this.logGroup.logGroupName,
        applicationLogLevel: props.logLevel ?? 'INFO',
        systemLogLevel: 'INFO',
      },
      tracingConfig: { mode: 'Active' },
      vpcConfig:
        props.subnetIds === undefined || this.securityGroup === undefined
          ? undefined
          : { subnetIds: [...props.subnetIds], securityGroupIds: [this.securityGroup.securityGroupId] },
      // Before its permissions exist a function can neither join its VPC nor write logs.
      dependsOn: this.role.inlinePolicy === undefined ? [] : [this.role.inlinePolicy],
    });
    this.functionName = this.resource.functionName;
    this.functionArn = this.resource.arn;
    this.version = this.resource.version;
    this.addEnvironment({ ENVIRONMENT: deployment.suffix, RELEASE: this.release });
    this.addEnvironment(props.environment ?? {});
    if (props.asynchronousInvocation !== undefined) {
      configureAsynchronousInvocation(this, 'Asynchronous', this.functionName, props.asynchronousInvocation);
    }
  }

  /**
   * Adds environment variables.
   * @throws Error when a variable is there with another value, or Lambda would refuse it
   */
  addEnvironment(variables: FunctionEnvironment): void {
    this.environment = mergeEnvironment(this.environment, variables);
    this.resource.putEnvironment({ variables: { ...this.environment } });
  }

  /** Lets a role invoke the function, whichever version or alias. */
  grantInvoke(grantee: Grantee): void {
    grantee.addStatements({
      actions: ['lambda:InvokeFunction'],
      resources: [this.functionArn, `${this.functionArn}:*`],
    });
  }

  /** Lets a role see which versions the aliases name. */
  grantReadAliases(grantee: Grantee): void {
    grantee.addStatements({ actions: ['lambda:GetAlias'], resources: [this.functionArn] });
  }

  /**
   * The function's security group.
   * @throws Error when the function runs outside of any VPC
   */
  requireSecurityGroup(): SecurityGroup {
    if (this.securityGroup !== undefined) return this.securityGroup;
    throw new Error(
      `vpcId must be set for ${this.component} to connect inside the VPC, got nothing; add vpcId and subnetIds`,
    );
  }
}

function requireValid(props: NodeFunctionProps): void {
  requireWithinLimits({
    memorySizeMib: props.memorySizeMib,
    timeoutSeconds: props.timeoutSeconds,
    reservedConcurrency: props.reservedConcurrency,
    maximumRetryAttempts: props.asynchronousInvocation?.maximumRetryAttempts,
    maximumEventAgeSeconds: props.asynchronousInvocation?.maximumEventAgeSeconds,
  });
  if (props.description.length > 256) {
    throw new Error(`description must have at most 256 characters, got ${props.description.length}; shorten it`);
  }
  const subnets = props.subnetIds?.length ?? 0;
  if ((props.vpcId === undefined) !== (subnets === 0)) {
    throw new Error(
      `vpcId and subnetIds must be given together, got ${props.vpcId === undefined ? 'no vpcId' : 'a vpcId'} and ${subnets} subnets; give both or neither`,
    );
  }
}

function createSecurityGroup(scope: Construct, props: NodeFunctionProps): SecurityGroup | undefined {
  const { vpcId, component } = props;
  return vpcId === undefined
    ? undefined
    : new SecurityGroup(scope, 'SecurityGroup', { vpcId, component, description: `Function ${component}` });
}

function createRole(scope: Construct, props: NodeFunctionProps, logGroupArn: string): ServiceRole {
  const deployment = Deployment.of(scope);
  // No condition on who Lambda acts for: a function's role is of its own account anyway, and with such a condition Lambda
  // cannot attach functions to a new VPC.
  const role = new ServiceRole(scope, 'Role', {
    component: props.component,
    service: 'lambda.amazonaws.com',
    description: `Function ${props.component}: ${props.description}`,
  });
  role.addStatements(writeLogs(logGroupArn), sendTraces);
  // Lambda's own grant on the key dies with the role; this permission comes back with it.
  props.encryptionKey.grantDecrypt(role);
  if (props.vpcId !== undefined) {
    const functionName = deployment.name(props.component, 'function');
    role.addStatements(...attachToVpc(deployment.arn('lambda', `function:${functionName}`)));
  }
  if (props.asynchronousInvocation !== undefined) grantDelivery(role, props.asynchronousInvocation);
  return role;
}
