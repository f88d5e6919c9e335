import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { ExplainedError } from '../../shared/runtime/error-fields';
import type { TrafficSteps } from '../ports/traffic-steps';

/** The steps in the SSM parameter `/payment/<suffix>/traffic-steps`: a JSON array, or integers between commas. */
export class SsmTrafficSteps implements TrafficSteps {
  constructor(
    private readonly client: Pick<SSMClient, 'send'>,
    private readonly parameterName: string,
  ) {}

  async read(): Promise<readonly number[]> {
    const value = await this.value();
    const steps = (value ?? '')
      .replace(/^\s*\[|\]\s*$/g, '')
      .split(',')
      .map((text) => (/^\s*\d{1,3}\s*$/.test(text) ? Number(text) : NaN));
    const grows = steps.every((step, at) => step >= 1 && step <= 100 && step > (steps[at - 1] ?? 0));
    if (grows && steps.at(-1) === 100) return steps;
    throw new ExplainedError(
      `the parameter ${this.parameterName} must hold growing integers from 1 to 100 (percent of AWS) that end with 100, got ${value ?? 'no parameter'}; deploy the environment`,
    );
  }

  private async value(): Promise<string | undefined> {
    try {
      const { Parameter: parameter } = await this.client.send(new GetParameterCommand({ Name: this.parameterName }));
      return parameter?.Value;
    } catch (error) {
      if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
      throw error;
    }
  }
}
