import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { ExplainedError } from '../runtime/error-fields';
import type { Clearance, ClearanceParameter } from './clearance';
import { clearanceJson, clearanceProblems, parseClearance } from './clearance-json';

/** The clearance in the SSM parameter `/payment/<suffix>/traffic-clearance`. */
export class SsmClearanceParameter implements ClearanceParameter {
  constructor(
    private readonly client: SSMClient,
    private readonly parameterName: string,
  ) {}

  async read(): Promise<Clearance> {
    try {
      const { Parameter: parameter } = await this.client.send(new GetParameterCommand({ Name: this.parameterName }));
      return parseClearance(parameter?.Value ?? '', `the parameter ${this.parameterName}`);
    } catch (error) {
      if (!(error instanceof ParameterNotFound)) throw error;
      throw new ExplainedError(
        `the parameter ${this.parameterName} must exist, got none; the function traffic-guard writes it anew within a minute`,
        { cause: error },
      );
    }
  }

  /** @throws ExplainedError when it is no clearance: Terraform would refuse every plan by it */
  async write(clearance: Clearance): Promise<void> {
    const problems = clearanceProblems(clearance);
    if (problems.length > 0) throw new ExplainedError(`the clearance must make sense: ${problems.join('; ')}`);
    await this.client.send(
      new PutParameterCommand({
        Name: this.parameterName,
        Value: clearanceJson(clearance),
        Type: 'String',
        Overwrite: true,
      }),
    );
  }
}
