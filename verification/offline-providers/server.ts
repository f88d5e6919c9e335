import { Server, ServerCredentials } from '@grpc/grpc-js';
import { providerCalls } from './calls';
import { ProviderService } from './protocol';
import type { OfflineProvider } from './provider';

/** Providers that run in this process. */
export interface ServedProviders {
  /** The value of `TF_REATTACH_PROVIDERS` with which Terraform uses them instead of installing them. */
  readonly reattach: string;
  /** Stops serving. A Terraform that still runs fails. */
  readonly close: () => void;
}

// The schema of the AWS provider alone is 13 MB, gRPC's own limit is 4.
const UNLIMITED = { 'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1 };

/**
 * Serves providers over Terraform's plugin protocol, each at a port of its own that only this machine can reach.
 * @throws Error when no port can be bound
 */
export async function serveProviders(providers: readonly OfflineProvider[]): Promise<ServedProviders> {
  const servers: Server[] = [];
  const close = (): void => servers.forEach((server) => server.forceShutdown());
  try {
    const entries: [string, object][] = [];
    for (const provider of providers) {
      const server = new Server(UNLIMITED);
      servers.push(server);
      server.addService(ProviderService.service, providerCalls(provider));
      const port = await bind(server);
      entries.push([provider.source, reattachConfig(port)]);
    }
    return { reattach: JSON.stringify(Object.fromEntries(entries)), close };
  } catch (error) {
    close();
    throw error;
  }
}

const bind = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });

const reattachConfig = (port: number): object => ({
  Protocol: 'grpc',
  ProtocolVersion: 6,
  Pid: process.pid,
  // Terraform would otherwise end the process with that id, this one, when it is done.
  Test: true,
  Addr: { Network: 'tcp', String: `127.0.0.1:${port}` },
});
