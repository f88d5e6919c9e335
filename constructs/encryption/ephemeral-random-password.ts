import { Token, TerraformElement, ref } from 'cdktf';
import type { Construct } from 'constructs';

export interface EphemeralRandomPasswordProps {
  /**
   * The number of characters: 16 to 128.
   * @default 40 (of letters and digits: 238 bits)
   */
  readonly length?: number;
  /**
   * Characters beside letters and digits that the password may hold, for instance `!#-_`.
   * @default none: letters and digits need no quoting in any connection string, and length does more than signs
   */
  readonly specialCharacters?: string;
}

const RESOURCE_TYPE = 'random_password';

/**
 * A password that exists only while Terraform runs: the random provider's *ephemeral* `random_password`. It is in no plan
 * and in no state, and another one in each run, so that it may go into write-only arguments (`secretStringWo`) only.
 *
 * The bindings of cdktf 0.21 know no ephemeral resources. The stack must hold a RandomProvider of version 3.7 or later.
 * @see https://registry.terraform.io/providers/hashicorp/random/latest/docs/ephemeral-resources/password
 */
export class EphemeralRandomPassword extends TerraformElement {
  /** The password, as a token. */
  readonly result: string;
  private readonly length: number;
  private readonly specialCharacters: string | undefined;

  /** @throws Error when the length is out of range or the special characters are empty */
  constructor(scope: Construct, id: string, props: EphemeralRandomPasswordProps = {}) {
    super(scope, id, `ephemeral.${RESOURCE_TYPE}`);
    this.length = props.length ?? 40;
    this.specialCharacters = props.specialCharacters;
    requireLength(this.length);
    requireCharacters(this.specialCharacters);
    this.result = Token.asString(ref(`ephemeral.${RESOURCE_TYPE}.${this.friendlyUniqueId}.result`, this.cdktfStack));
  }

  override toTerraform(): Record<string, unknown> {
    const { length, specialCharacters } = this;
    const special =
      specialCharacters === undefined ? { special: false } : { special: true, override_special: specialCharacters };
    return { ephemeral: { [RESOURCE_TYPE]: { [this.friendlyUniqueId]: { length, ...special } } } };
  }
}

function requireLength(length: number): void {
  if (Number.isInteger(length) && length >= 16 && length <= 128) return;
  throw new Error(`length must be a whole number of characters from 16 to 128, got ${length}`);
}

function requireCharacters(characters: string | undefined): void {
  if (characters !== '') return;
  throw new Error(
    'specialCharacters must hold at least one character, got ""; leave it out for letters and digits only',
  );
}
