import { Command, Option } from 'commander';
import { AWS_SOURCES, type AwsSource } from './terraform/provider-plan';

export interface VerifyOptions {
  /** Where the AWS provider comes from. */
  readonly awsSource: AwsSource;
}

/** The command line of `npm run verify`. A wrong one ends the process with exit code 2, unless told otherwise. */
export const verifyCommand = (): Command =>
  new Command('verify')
    .description('Checks every stack against the schema of the AWS provider, and with Terraform where there is one.')
    .addOption(
      new Option('--aws <source>', 'where the AWS provider comes from')
        .choices(['auto', ...AWS_SOURCES])
        .default('auto'),
    )
    .allowExcessArguments(false)
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : 2);
    });

/** Reads the arguments of `npm run verify`. */
export function parseOptions(args: readonly string[], command = verifyCommand()): VerifyOptions {
  const { aws } = command.parse([...args], { from: 'user' }).opts<{ aws: AwsSource }>();
  return { awsSource: aws };
}
