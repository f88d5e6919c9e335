import type { MigrationAuthority } from '../shared/authority/migration-authority';
import type { Clock } from '../shared/runtime/clock';
import { ExplainedError } from '../shared/runtime/error-fields';
import type { Clearance, ClearanceParameter } from '../shared/traffic/clearance';
import { clearanceText, NO_CLEARANCE } from '../shared/traffic/clearance-bounds';
import { clearanceJson } from '../shared/traffic/clearance-json';

export interface ClearanceKeeperDependencies {
  readonly authority: Pick<MigrationAuthority, 'record'>;
  readonly parameter: ClearanceParameter;
  readonly clock: Clock;
}

/** A parameter that differs is looked at again after this time: an execution sets the item first, then the parameter. */
export const SETTLE_MS = 2_000;
/** How often the parameter is written again because the item changed meanwhile. */
const MAX_WRITES = 3;

/** What the parameter says, or what is wrong with it. */
type Found = { readonly clearance: Clearance } | { readonly problem: string };

/** Makes the parameter, which Terraform reads, say what the authority item says. */
export class ClearanceKeeper {
  constructor(private readonly dependencies: ClearanceKeeperDependencies) {}

  /**
   * The clearance that counts: the item's; where nobody set one there, the parameter's; where that makes no sense, none.
   * @throws Error when the item or, where it is needed, the parameter cannot be read
   */
  async present(): Promise<Clearance> {
    const { clearance } = await this.dependencies.authority.record();
    if (clearance !== undefined) return clearance;
    const found = await this.find();
    return 'clearance' in found ? found.clearance : NO_CLEARANCE;
  }

  /**
   * Writes the parameter where it differs.
   * @returns what was found and done, nothing when it was right
   */
  async repair(): Promise<string | undefined> {
    const { clock } = this.dependencies;
    if ((await this.difference()) === undefined) return undefined;
    await clock.sleep(SETTLE_MS);
    const difference = await this.difference();
    if (difference === undefined) return undefined;
    let written = difference.wanted;
    for (let writes = 1; ; writes += 1) {
      await this.dependencies.parameter.write(written);
      // An execution that set item and parameter in between must not find its parameter undone.
      const wanted = await this.present();
      if (isSame(wanted, written) || writes === MAX_WRITES) break;
      written = wanted;
    }
    return `${difference.found}. It was written anew: ${clearanceText(written)}.`;
  }

  /** The parameter first: what the item says afterwards is not older. */
  private async difference(): Promise<{ readonly found: string; readonly wanted: Clearance } | undefined> {
    const found = await this.find();
    const { clearance } = await this.dependencies.authority.record();
    if ('problem' in found) return { found: found.problem, wanted: clearance ?? NO_CLEARANCE };
    if (clearance === undefined || isSame(found.clearance, clearance)) return undefined;
    return {
      found: `The parameter of the clearance did not say what the authority item says, but: ${clearanceText(found.clearance)}`,
      wanted: clearance,
    };
  }

  private async find(): Promise<Found> {
    try {
      return { clearance: await this.dependencies.parameter.read() };
    } catch (error) {
      if (error instanceof ExplainedError) return { problem: error.message };
      throw error;
    }
  }
}

const isSame = (one: Clearance, other: Clearance): boolean => clearanceJson(one) === clearanceJson(other);
