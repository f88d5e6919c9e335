import type { ProviderSchema } from '../schema/provider-schema';
import type { Values } from './values';

/** What creating and opening mean for the resources of an offline provider. */
export interface OfflineLifecycle {
  /** Whether a change of an argument replaces the resource, as it does where the value was drawn at random. */
  readonly replaceOnChange: boolean;
  /** The values of a resource once it exists: `planned` with everything unknown filled in. */
  readonly create: (type: string, planned: Values) => Values;
  /** The values of an ephemeral resource. */
  readonly open: (type: string, config: Values) => Values;
}

/** A provider that this project serves itself, where no registry can be reached. */
export interface OfflineProvider {
  /** The source address without host, for instance `hashicorp/random`. */
  readonly source: string;
  readonly schema: ProviderSchema;
  /**
   * Without one the provider serves `terraform validate` only.
   * @default none
   */
  readonly lifecycle?: OfflineLifecycle;
}
