import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetAliasCommand, type GetAliasCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import type { AlarmVerdict } from '../ports/alarms';
import type { Release, ReleaseState } from '../ports/release';
import { verdictOf } from './cloudwatch-alarms';

export interface LambdaReleaseOptions {
  readonly lambda: Pick<LambdaClient, 'send'>;
  readonly cloudwatch: Pick<CloudWatchClient, 'send'>;
  /** The payment API's function. */
  readonly functionName: string;
  /** The alarms on what the load balancer finds when it checks the promoted version. At least one. */
  readonly healthAlarmNames: readonly string[];
}

/**
 * The release of the payment API. `green` is the version that was deployed last, `blue` the one that was promoted last (see
 * BlueGreenAliases): where both are one version, and neither is being moved, nothing stands half way.
 */
export class LambdaRelease implements Release {
  constructor(private readonly options: LambdaReleaseOptions) {}

  async read(): Promise<ReleaseState> {
    const [blue, green, health] = await Promise.all([this.alias('blue'), this.alias('green'), this.health()]);
    return {
      ...(blue?.FunctionVersion === undefined ? {} : { blue: blue.FunctionVersion }),
      ...(green?.FunctionVersion === undefined ? {} : { green: green.FunctionVersion }),
      moving: [blue, green].some(
        (alias) => Object.keys(alias?.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0,
      ),
      health,
    };
  }

  private async alias(name: 'blue' | 'green'): Promise<GetAliasCommandOutput | undefined> {
    try {
      return await this.options.lambda.send(
        new GetAliasCommand({ FunctionName: this.options.functionName, Name: name }),
      );
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  private async health(): Promise<AlarmVerdict> {
    const names = [...this.options.healthAlarmNames];
    const { MetricAlarms: alarms = [] } = await this.options.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm'] }),
    );
    // An alarm that is not there tells nothing.
    const verdicts = names.map((name) => verdictOf(alarms.find(({ AlarmName }) => AlarmName === name)?.StateValue));
    return verdicts.find((verdict) => verdict === 'alarm') ?? verdicts.find((verdict) => verdict === 'no-data') ?? 'ok';
  }
}
