import { AnnotationMetadataEntryType, App } from 'cdktf';
import {
  environmentSet,
  InvalidEnvironments,
  loadEnvironments,
  UnknownEnvironmentSet,
  type Configuration,
} from './environments';
import { AccountStack } from './stacks/account-stack';
import { EnvironmentStack } from './stacks/environment-stack';
import { replaceOutput } from './stacks/output-folder';
import { skipTokenTraces } from './stacks/token-traces';

/** Where the app is written to, and what it holds. */
export interface BuildAppOptions {
  /** @default cdktf's own: `cdktf.out`, or what the cdktf CLI asks for */
  readonly outdir?: string;
  /** @default the accounts and environments of the files, validated */
  readonly configuration?: Configuration;
  /**
   * Whether to build the accounts' stacks as well.
   * @default true
   */
  readonly accountStacks?: boolean;
}

/**
 * Builds all stacks without writing anything.
 * @throws InvalidEnvironments with every problem of every environment file
 */
export function buildApp({
  outdir,
  configuration = loadEnvironments(),
  accountStacks = true,
}: BuildAppOptions = {}): App {
  // A stack trace holds the folder of the checkout.
  const app = new App({ outdir, stackTraces: false });
  const { accounts, environments } = configuration;
  if (accountStacks) {
    Object.entries(accounts).forEach(([name, account]) => {
      inStack(`account-${name}`, () => new AccountStack(app, name, account));
    });
  }
  environments.forEach((environment) => {
    const account = accounts[environment.account];
    if (account === undefined) throw new Error(`account must be a key of accounts.ts, got "${environment.account}"`);
    inStack(environment.name, () => new EnvironmentStack(app, environment, account));
  });
  return app;
}

// Constructs refuse what they cannot build with a plain Error; every other kind is a defect of this project.
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error &&
  (error.constructor === Error || error instanceof InvalidEnvironments || error instanceof UnknownEnvironmentSet);

/** Says in which stack a construct refused something. */
function inStack(name: string, build: () => unknown): void {
  try {
    build();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new Error(`stack ${name} cannot be built; nothing was written\n${error.message}`, { cause: error });
  }
}

/** What constructs warn of, one a line. The cdktf CLI prints it from the manifest; without the CLI nobody would. */
function warningsOf(app: App): string[] {
  return app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => (type as AnnotationMetadataEntryType) === AnnotationMetadataEntryType.WARN)
        .map(({ data }) => `warning: ${node.path}: ${data}`),
    );
}

// Empty as unset: the folder of the project itself has a folder `stacks`, too.
const outputFolder = (asked: string | undefined): string => (asked === undefined || asked === '' ? 'cdktf.out' : asked);

function main(): void {
  try {
    if (process.env.TOKEN_TRACES === undefined) skipTokenTraces();
    const set = environmentSet(process.env.ENVIRONMENTS);
    const configuration = loadEnvironments(set);
    const app = replaceOutput(outputFolder(process.env.CDKTF_OUTDIR), (outdir) => {
      const built = buildApp({ outdir, configuration, accountStacks: set === 'default' });
      built.synth();
      return built;
    });
    warningsOf(app).forEach((warning) => console.error(warning));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (require.main === module) main();
