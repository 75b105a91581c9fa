import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/**
 * Brings clients to the hosts `*.blob.localhost` where DNS does not know that they are this machine (RFC 6761
 * leaves that to the resolver): Go asks a proxy for all hosts but `localhost` itself.
 */
export class BlobHostProxy {
  private constructor(
    /** For `HTTPS_PROXY`. */
    readonly address: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<BlobHostProxy> {
    const sockets = new Set<Socket>();
    const server = createServer((_, response) => response.writeHead(405).end());
    server.on("connection", (socket) => {
      sockets.add(socket.once("close", () => sockets.delete(socket)));
    });
    server.on("connect", ({ url = "" }, client) => {
      // To all other hosts it is the way that there is without it: an engine may ask a registry.
      const [, host = "", port] = /^(.+):(\d+)$/.exec(url) ?? [];
      const address = host.endsWith(".blob.localhost") ? "127.0.0.1" : host;
      const upstream = connect(Number(port), address, () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        upstream.pipe(client).pipe(upstream);
      });
      // Each end takes the other along.
      upstream.on("error", () => client.destroy()).on("close", () => client.destroy());
      client.on("error", () => upstream.destroy()).on("close", () => upstream.destroy());
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    return new BlobHostProxy(`http://127.0.0.1:${port}`, async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    });
  }
}
