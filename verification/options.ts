import { AWS_SOURCES, type AwsSource } from './terraform/provider-plan';

export interface VerifyOptions {
  /** Where the AWS provider comes from. */
  readonly awsSource: AwsSource;
}

const SOURCES: readonly string[] = ['auto', ...AWS_SOURCES];

/**
 * Reads the command line: `--aws=auto|mirror|registry|fake`.
 * @throws Error when an argument is unknown
 */
export function parseOptions(args: readonly string[]): VerifyOptions {
  let awsSource: AwsSource = 'auto';
  for (const argument of args) {
    const [name, value = ''] = argument.split('=');
    if (name !== '--aws' || !SOURCES.includes(value)) {
      throw new Error(`arguments must be --aws=${SOURCES.join('|')}, got "${argument}"`);
    }
    awsSource = value as AwsSource;
  }
  return { awsSource };
}
