import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { systemClock } from "../../local-azure/core/clock";
import { Store } from "../../local-azure/core/store";
import { serverCertificate } from "../../local-azure/core/tls";
import { createServer, type Server } from "../../local-azure/server";
import { eventually } from "./composed-planes";

const TENANT = "11111111-1111-1111-1111-111111111111";
const SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";

/** The whole local Azure behind a port of the loopback interface, for clients that cannot be given a `fetch`. */
export class ListeningServer {
  private constructor(
    readonly server: Server,
    readonly origin: string,
    /** PEM: what a client has to trust. */
    readonly certificateAuthority: string,
    readonly directory: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<ListeningServer> {
    const store = new Store();
    const certificate = await serverCertificate(store, systemClock);
    const current: { server?: Server } = {};
    const listener = createAdaptorServer({
      fetch: (request, env) =>
        current.server?.fetch(request, env) ?? new Response(null, { status: 503 }),
      createServer: createHttpsServer,
      serverOptions: {
        cert: certificate.certificate,
        key: certificate.privateKey,
        requestCert: true,
        rejectUnauthorized: false,
      },
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const origin = `https://localhost:${(listener.address() as AddressInfo).port}`;
    const directory = mkdtempSync(join(tmpdir(), "local-azure-"));
    const server = (current.server = createServer({
      clock: systemClock,
      store,
      origin,
      tenantId: TENANT,
      subscriptionId: SUBSCRIPTION,
      certificateAuthority: certificate.certificateAuthority,
      workDirectory: directory,
      log: () => undefined,
    }));
    await server.ready;
    return new ListeningServer(
      server,
      origin,
      certificate.certificateAuthority,
      directory,
      async () => {
        listener.close();
        if ("closeAllConnections" in listener) listener.closeAllConnections();
        await server.close();
        rmSync(directory, { recursive: true, force: true });
      },
    );
  }

  get subscription(): string {
    return `/subscriptions/${SUBSCRIPTION}`;
  }

  /** A request of the operator to Azure Resource Manager. */
  async arm(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const { operator } = this.server.entra;
    const token = await this.server.entra.issueAccessToken(
      { oid: operator.objectId, appid: operator.clientId },
      "https://management.azure.com",
    );
    const response = await this.server.fetch(
      new Request(`${this.origin}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  }

  /** Registers a resource provider for the subscription, and waits until it is. */
  async register(namespace: string): Promise<void> {
    const provider = `${this.subscription}/providers/${namespace}`;
    await this.arm("POST", `${provider}/register?api-version=2022-09-01`);
    await eventually(async () => {
      const { registrationState } = await this.arm("GET", `${provider}?api-version=2022-09-01`);
      return registrationState === "Registered";
    });
  }
}
