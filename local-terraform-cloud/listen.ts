import { randomBytes } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Agent, type AgentProps } from "./agent/agent";
import { createCertificate } from "./certificate";
import type { TerraformCloud } from "./core/terraform-cloud";
import { createTerraformCloud } from "./server";

export interface ListenProps extends AgentProps {
  /** The one organization that the server has. */
  readonly organization: string;
  /** @default a free port */
  readonly port?: number;
  /** Hears of every request, as `GET /api/v2/ping 204`. */
  readonly onRequest?: (line: string) => void;
}

export interface LocalTerraformCloud {
  readonly cloud: TerraformCloud;
  /** What a `cloud` block calls `hostname`. */
  readonly hostname: string;
  readonly token: string;
  /** PEM; clients trust it through `SSL_CERT_FILE`. */
  readonly certificateAuthority: string;
  /** Ends runs and listener. */
  close(): Promise<void>;
}

/**
 * Starts the server on the loopback interface with an agent of its own.
 *
 * @throws Error when the engine does not start, or the port is taken
 */
export async function listen(props: ListenProps): Promise<LocalTerraformCloud> {
  const certificate = createCertificate(new Date());
  const token = randomBytes(24).toString("base64url");
  const server = createServer({ cert: certificate.certificate, key: certificate.privateKey });
  const { app, cloud } = createTerraformCloud({
    organization: props.organization,
    token,
    worker: await Agent.create(props),
    origin: () => `https://localhost:${(server.address() as AddressInfo).port}`,
  });
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on("request", (request, response) => {
    response.on("finish", () => {
      props.onRequest?.(`${request.method ?? ""} ${request.url ?? ""} ${response.statusCode}`);
    });
    void answer(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(props.port ?? 0, "localhost", () => {
      resolve();
    });
  });
  return {
    cloud,
    hostname: `localhost:${(server.address() as AddressInfo).port}`,
    token,
    certificateAuthority: certificate.certificateAuthority,
    close: async () => {
      await cloud.queue.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
