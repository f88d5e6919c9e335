import type { ProviderSchema } from '../schema/provider-schema';
import type { OfflineProvider } from './provider';

/**
 * A stand-in for a provider that cannot be had: it knows the schema and nothing else. With it Terraform itself checks
 * arguments, types, numbers of blocks and references; enumerations, JSON policies and lengths of names only the real
 * provider checks.
 */
export const fakeProvider = (source: string, schema: ProviderSchema): OfflineProvider => ({ source, schema });
