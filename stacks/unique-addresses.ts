import { TerraformElement } from 'cdktf';
import type { IConstruct, IValidation } from 'constructs';

/**
 * Refuses two elements of one type with one logical id. cdktf would merge them into a single resource without a word, as
 * it drops `Default` path elements and characters that Terraform does not allow.
 */
export class UniqueAddresses implements IValidation {
  constructor(private readonly stack: IConstruct) {}

  validate(): string[] {
    const paths = new Map<string, string[]>();
    for (const node of this.stack.node.findAll()) {
      if (!TerraformElement.isTerraformElement(node) || node === this.stack) continue;
      const address = `${node.constructor.name} ${node.friendlyUniqueId}`;
      paths.set(address, [...(paths.get(address) ?? []), node.node.path]);
    }
    return [...paths]
      .filter(([, sharing]) => sharing.length > 1)
      .map(
        ([address, sharing]) =>
          `${sharing.join(' and ')} must have different logical ids, got ${address} for each; rename one`,
      );
  }
}
