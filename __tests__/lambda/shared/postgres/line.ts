import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The line between a client and a server on this machine, which a test can cut. */
export interface Line {
  readonly port: number;
  /** How many connections were made over it. */
  readonly connections: () => number;
  /** Resets every connection. */
  cut(): void;
  /** Lets nothing through on the connections that are open now, and tells nobody, as a firewall that forgot them. */
  silence(): void;
  close(): Promise<void>;
}

/** Forwards a port of its own to `port`. */
export async function openLine(port: number): Promise<Line> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((near) => {
    count += 1;
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    cut,
    silence: () => {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    close: async () => {
      cut();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
