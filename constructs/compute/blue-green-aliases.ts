import { Construct } from 'constructs';
import { type Color, COLORS } from './colors';
import { FunctionAlias } from './function-alias';
import type { NodeFunction } from './node-function';
import { type ProvisionedConcurrency, reservedConcurrencyProblem } from './provisioned-concurrency';

export interface BlueGreenAliasesProps {
  readonly function: NodeFunction;
  /**
   * Execution environments that are initialized before requests come, by color. A color in full use while it has none serves
   * its first requests late.
   * @default none for a color that is left out
   */
  readonly provisionedConcurrency?: Readonly<Partial<Record<Color, ProvisionedConcurrency>>>;
}

/**
 * The two aliases of a function that is released in steps: `green` is always the version that was published last, `blue` is
 * the version that `npm run promote` gave it last (at first the newest), and Terraform never moves it. Traffic between them
 * is the load balancer's weights.
 * @throws Error when a range is none, or all maxima together exceed the function's reserved concurrency
 */
export class BlueGreenAliases extends Construct implements Readonly<Record<Color, FunctionAlias>> {
  readonly blue: FunctionAlias;
  readonly green: FunctionAlias;

  constructor(scope: Construct, id: string, props: BlueGreenAliasesProps) {
    super(scope, id);
    const { function: target, provisionedConcurrency = {} } = props;
    this.blue = new FunctionAlias(this, 'Blue', {
      function: target,
      aliasName: 'blue',
      description: 'The promoted version, moved by npm run promote',
      follows: 'promoted',
      provisionedConcurrency: provisionedConcurrency.blue,
    });
    this.green = new FunctionAlias(this, 'Green', {
      function: target,
      aliasName: 'green',
      description: 'The newest version, moved by every deployment',
      provisionedConcurrency: provisionedConcurrency.green,
    });
    const ranges = COLORS.flatMap((color) => provisionedConcurrency[color] ?? []);
    const problem = reservedConcurrencyProblem(target.reservedConcurrency, ranges);
    if (problem !== undefined) throw new Error(problem);
  }
}
