import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request, type RequestOptions } from "node:https";
import { parse } from "yaml";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  json(): unknown;
}

interface KubeConfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  readonly users: readonly {
    readonly user: {
      readonly "client-certificate-data": string;
      readonly "client-key-data": string;
    };
  }[];
}

/**
 * Looks at, and changes, what was deployed, past Terraform. By `node:https`, since jest cannot load the
 * Kubernetes client (an ES module), and a running process cannot be given another certificate authority.
 */
export class AzureClient {
  readonly #authority: string;

  constructor(private readonly environment: Readonly<Record<string, string>>) {
    this.#authority = readFileSync(this.#variable("NODE_EXTRA_CA_CERTS"), "utf8");
  }

  /** A request to Azure Resource Manager, which must not fail. */
  async arm(method: string, path: string, apiVersion: string, body?: unknown): Promise<Answer> {
    const separator = path.includes("?") ? "&" : "?";
    const endpoint = this.#variable("ARM_RESOURCE_MANAGER_ENDPOINT").replace(/\/$/, "");
    const answer = await this.#send(`${endpoint}${path}${separator}api-version=${apiVersion}`, {
      method,
      headers: {
        Authorization: `Bearer ${await this.token(this.#variable("ARM_RESOURCE_MANAGER_AUDIENCE"))}`,
        "Content-Type": "application/json",
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.status >= 400 && answer.status !== 404) {
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    }
    return answer;
  }

  /** A request to a cluster's API, as the user whose credentials Azure hands out. */
  async kubernetes(
    clusterId: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer> {
    const credentials = await this.arm(
      "POST",
      `${clusterId}/listClusterUserCredential`,
      "2025-10-01",
    );
    const { kubeconfigs } = credentials.json() as { kubeconfigs: { value: string }[] };
    const encoded = kubeconfigs[0]?.value;
    const config = parse(Buffer.from(encoded ?? "", "base64").toString("utf8")) as KubeConfig;
    const user = config.users[0]?.user;
    const decoded = (text = ""): Buffer => Buffer.from(text, "base64");
    return this.#send((config.clusters[0]?.cluster.server ?? "") + path, {
      method,
      headers: { "Content-Type": "application/json" },
      cert: decoded(user?.["client-certificate-data"]),
      key: decoded(user?.["client-key-data"]),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** A request to a storage account's Blob service; its host is this machine, whatever DNS says. */
  async blob(
    account: string,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const host = `${account}.blob.${this.#variable("ARM_METADATA_HOSTNAME")}`;
    return this.#send(`https://${host}/${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${await this.token("https://storage.azure.com")}`,
        "x-ms-version": "2023-11-03",
        ...headers,
      },
      lookup: (_, __, found) => {
        found(null, [{ address: "127.0.0.1", family: 4 }]);
      },
    });
  }

  /** An access token of the operator. */
  async token(audience: string): Promise<string> {
    const authority = this.#variable("ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST").replace(/\/$/, "");
    const answer = await this.#send(
      `${authority}/${this.#variable("ARM_TENANT_ID")}/oauth2/v2.0/token`,
      {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: this.#variable("ARM_CLIENT_ID"),
          client_secret: this.#variable("ARM_CLIENT_SECRET"),
          scope: `${audience.replace(/\/$/, "")}/.default`,
        }).toString(),
      },
    );
    return (answer.json() as { access_token: string }).access_token;
  }

  #variable(name: string): string {
    const value = this.environment[name];
    if (value === undefined) throw new Error(`The local Azure's environment has no ${name}.`);
    return value;
  }

  async #send(url: string, options: RequestOptions & { body?: string }): Promise<Answer> {
    const { body, ...rest } = options;
    return new Promise((done, failed) => {
      const sent = request(url, { ...rest, ca: this.#authority }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
        response.on("end", () => {
          done({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: () => JSON.parse(text) as unknown,
          });
        });
      });
      sent.on("error", failed);
      sent.end(body);
    });
  }
}
