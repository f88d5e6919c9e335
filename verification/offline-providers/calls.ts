import type { UntypedServiceImplementation, handleUnaryCall } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { BlockSchema } from '../schema/provider-schema';
import { planChange } from './plan';
import type { OfflineLifecycle, OfflineProvider } from './provider';
import { schemaMessage } from './schema-message';
import { fromWire, toWire, type DynamicValue, type Values } from './values';

/** The fields of requests that the calls below read. */
interface Request {
  readonly type_name: string;
  readonly config?: DynamicValue;
  readonly raw_state?: { readonly json: Buffer };
  readonly current_state?: DynamicValue;
  readonly prior_state?: DynamicValue;
  readonly proposed_new_state?: DynamicValue;
  readonly planned_state?: DynamicValue;
}

type Call = (request: Request) => object;

/** The provider's side of every call. Terraform itself checks a configuration against the schema before it calls. */
export function providerCalls(provider: OfflineProvider): UntypedServiceImplementation {
  const schema = schemaMessage(provider.schema);
  const nothing: Call = () => ({});
  const calls: Record<string, Call> = {
    GetProviderSchema: () => schema,
    ValidateProviderConfig: nothing,
    ValidateResourceConfig: nothing,
    ValidateDataResourceConfig: nothing,
    ValidateEphemeralResourceConfig: nothing,
    ConfigureProvider: nothing,
    StopProvider: nothing,
    ...(provider.lifecycle === undefined ? {} : lifecycleCalls(provider, provider.lifecycle)),
  };
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, unary(call)]));
}

function lifecycleCalls(provider: OfflineProvider, lifecycle: OfflineLifecycle): Record<string, Call> {
  return {
    // State is written by this same version, so it needs no upgrade, but it comes as JSON.
    UpgradeResourceState: ({ raw_state: state }) => ({
      upgraded_state: toWire(JSON.parse(state?.json.toString('utf8') ?? 'null') as Values | null),
    }),
    ReadResource: ({ current_state: state }) => ({ new_state: state }),
    PlanResourceChange: ({ type_name: type, prior_state: prior, proposed_new_state: proposed }) => {
      const schema: BlockSchema = provider.schema.resource_schemas[type]?.block ?? {};
      const plan = planChange(fromWire(prior), fromWire(proposed), schema, lifecycle.replaceOnChange);
      return {
        planned_state: toWire(plan.planned),
        requires_replace: plan.requiresReplace.map((name) => ({ steps: [{ attribute_name: name }] })),
      };
    },
    ApplyResourceChange: ({ type_name: type, prior_state: prior, planned_state: planned }) => {
      const values = fromWire(planned);
      // Only a new resource has anything unknown.
      const created = values !== null && fromWire(prior) === null;
      return { new_state: toWire(created ? lifecycle.create(type, values) : values) };
    },
    OpenEphemeralResource: ({ type_name: type, config }) => ({
      result: toWire(lifecycle.open(type, fromWire(config) ?? {})),
    }),
    RenewEphemeralResource: () => ({}),
    CloseEphemeralResource: () => ({}),
  };
}

const unary =
  (call: Call): handleUnaryCall<Request, object> =>
  (received, respond) => {
    try {
      respond(null, call(received.request));
    } catch (error) {
      respond({ code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) });
    }
  };
