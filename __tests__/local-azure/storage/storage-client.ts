import { XMLParser } from "fast-xml-parser";
import { ArmClient } from "../arm/arm-client";
import { BLOB_CONTAINER, id } from "../arm/tutorial-resources";

export const HOST = "https://mystorage.blob.localhost:4430";
export const READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
export const CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
export const OWNER = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";

export interface StorageAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `x-ms-error-code`, of an error. */
  readonly code: string | null;
  /** The body, where it is XML. */
  readonly xml: Record<string, Record<string, unknown>>;
}

interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without it, the operator asks with a token for storage. */
  readonly authorization?: string | null;
}

/** An account with a container, and a principal that has the data roles which a test assigns to it. */
export class StorageClient {
  private constructor(readonly arm: ArmClient) {}

  static async prepare(): Promise<() => Promise<StorageClient>> {
    const start = await ArmClient.prepare(BLOB_CONTAINER);
    return async () => new StorageClient(await start());
  }

  get principalId(): string {
    return this.arm.server.entra.operator.objectId;
  }

  /** Assigns a role to the operator, who is born Owner and thus without a data role. */
  async assign(role: string, scope = BLOB_CONTAINER): Promise<void> {
    const name = "5b8c0d2e-6a1e-4a9f-9a53-6f0d4ab8f3e1";
    await this.arm.put(`${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, {
      properties: {
        roleDefinitionId: id(`providers/Microsoft.Authorization/roleDefinitions/${role}`),
        principalId: this.principalId,
        principalType: "ServicePrincipal",
      },
    });
  }

  /** @param path - e.g. `tfstate/dev.tfstate?comp=lease`. */
  async ask(method: string, path: string, asking: Asking = {}): Promise<StorageAnswer> {
    const token = await this.arm.token(undefined, "https://storage.azure.com");
    const authorization =
      asking.authorization === undefined ? `Bearer ${token}` : asking.authorization;
    const response = await this.arm.server.fetch(
      new Request(`${HOST}/${path}`, {
        method,
        headers: {
          "x-ms-version": "2023-11-03",
          ...(authorization !== null && { authorization }),
          ...asking.headers,
        },
        ...(asking.body !== undefined && { body: asking.body }),
      }),
    );
    const text = await response.text();
    const isXml = response.headers.get("content-type") === "application/xml";
    const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false });
    return {
      status: response.status,
      headers: response.headers,
      text,
      code: response.headers.get("x-ms-error-code"),
      xml: (isXml ? parser.parse(text) : {}) as StorageAnswer["xml"],
    };
  }

  /** Uploads a block blob. */
  put(path: string, body = "content", headers: Readonly<Record<string, string>> = {}) {
    return this.ask("PUT", path, { body, headers: { "x-ms-blob-type": "BlockBlob", ...headers } });
  }

  lease(path: string, action: string, headers: Readonly<Record<string, string>> = {}) {
    return this.ask("PUT", `${path}?comp=lease`, {
      headers: { "x-ms-lease-action": action, ...headers },
    });
  }

  async close(): Promise<void> {
    await this.arm.close();
  }
}
