import { TerraformElement, type TerraformResource } from 'cdktf';

/** An import block. cdktf's own (`importFrom`) runs `terraform version` at synthesis, which must need no Terraform. */
class ImportBlock extends TerraformElement {
  constructor(
    private readonly resource: TerraformResource,
    private readonly resourceId: string,
  ) {
    super(resource, 'Import');
  }

  override toTerraform(): Record<string, unknown> {
    const { terraformResourceType, friendlyUniqueId } = this.resource;
    return { import: [{ id: this.resourceId, to: `${terraformResourceType}.${friendlyUniqueId}` }] };
  }
}

/**
 * Lets Terraform adopt what exists already, instead of creating it: an import block.
 * @param resource what declares it
 * @param id how the provider knows it, see the resource's page under "Import"
 * @throws Error when the resource adopts something already
 * @see https://developer.hashicorp.com/terraform/language/import
 */
export function adopt(resource: TerraformResource, id: string): void {
  new ImportBlock(resource, id);
}
