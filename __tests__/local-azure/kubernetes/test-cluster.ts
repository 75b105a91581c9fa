import { parse } from "yaml";
import { Store } from "../../../local-azure/core/store";
import type { ClusterRecord } from "../../../local-azure/kubernetes/cluster";
import type { KubernetesObject, PulledImage } from "../../../local-azure/core/planes";
import { composePlanes, type ComposedPlanes } from "../composed-planes";
import { ManualClock } from "../manual-clock";

export type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly text: string;
}

interface RequestOptions {
  readonly body?: unknown;
  readonly contentType?: string;
  /** @default the token of the kubeconfig's user */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const UID = "6c1b7f5e-0000-4000-8000-000000000001";
export const CLUSTER_ID =
  "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks";
export const APPLY = "application/apply-patch+yaml";
export const MERGE_PATCH = "application/merge-patch+json";
export const STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";

/** The `Status` of a refusal, whole: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export const failure = (code: number, reason: string, message: unknown, details?: Json) => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message,
  reason,
  ...(details && { details }),
  code,
});

/** A cluster with one node, its API called in-process, and images that are folders of this machine. */
export class TestCluster {
  /** Its keys are made once for a test file, since that takes a second: later clusters begin from a saved state. */
  static #record: ClusterRecord | undefined;

  readonly uid = UID;
  readonly images = new Map<string, PulledImage>();

  private constructor(
    readonly planes: ComposedPlanes,
    readonly clock: ManualClock,
    readonly token: string,
  ) {
    planes.registry.pullImage = (reference) => {
      const image = this.images.get(reference);
      if (image) return image;
      throw new Error(
        `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": ${reference}: not found`,
      );
    };
  }

  static async start(options: { readonly workloadIdentity?: boolean } = {}): Promise<TestCluster> {
    const clock = new ManualClock();
    const store = new Store();
    const records = store.collection<ClusterRecord>("kubernetes/clusters");
    if (TestCluster.#record) records.set(UID, structuredClone(TestCluster.#record));
    const planes = composePlanes({ clock, store });
    planes.arm.resources.push({
      id: CLUSTER_ID,
      name: "aks",
      type: "Microsoft.ContainerService/managedClusters",
      location: "eastus",
      properties: {
        currentKubernetesVersion: "1.33.5",
        agentPoolProfiles: [{ name: "system", count: 1, vmSize: "Standard_D2s_v5" }],
      },
    });
    await planes.kubernetes.createCluster(UID, CLUSTER_ID);
    TestCluster.#record ??= structuredClone(records.get(UID));
    planes.kubernetes.setWorkloadIdentity(UID, options.workloadIdentity ?? false);
    const config = parse(
      planes.kubernetes.kubeconfig(UID, { cluster: "aks", resourceGroup: "rg", admin: false }),
    ) as { users: [{ user: { token: string } }] };
    return new TestCluster(planes, clock, config.users[0].user.token);
  }

  /** The response itself, for what streams. */
  async fetch(
    method: string,
    path: string,
    { body, contentType, token = this.token, headers }: RequestOptions = {},
  ): Promise<Response> {
    return this.planes.app.request(`/kubernetes/${UID}${path}`, {
      method,
      headers: {
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "Content-Type": contentType ?? "application/json" }),
        ...headers,
      },
      ...(body !== undefined && {
        body:
          typeof body === "string" || body instanceof Uint8Array
            ? (body as string)
            : JSON.stringify(body),
      }),
    });
  }

  async request(method: string, path: string, options?: RequestOptions): Promise<Answer> {
    const response = await this.fetch(method, path, options);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    return { status: response.status, text, body: isJson ? (JSON.parse(text) as Json) : {} };
  }

  /** Creates a core object, which must succeed. */
  async create(plural: string, object: Json, namespace = "default"): Promise<KubernetesObject> {
    const where = namespace === "" ? "" : `/namespaces/${namespace}`;
    const { status, body, text } = await this.request("POST", `/api/v1${where}/${plural}`, {
      body: object,
    });
    if (status !== 201) throw new Error(`${plural} was not created: ${status} ${text}`);
    return body as unknown as KubernetesObject;
  }

  close(): Promise<void> {
    return this.planes.close();
  }
}

/** The lines of a watch or a log, one after another. */
export class Lines {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(response: Response) {
    if (!response.body) throw new Error("The response has no body.");
    this.#reader = response.body.getReader();
  }

  /** Nothing when the stream has ended. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const piece = await this.#reader.read();
      if (piece.done) return undefined;
      this.#rest += this.#decoder.decode(piece.value, { stream: true });
    }
  }

  /** The next event of a watch. */
  async event(): Promise<{ readonly type: string; readonly object: KubernetesObject }> {
    const line = await this.next();
    if (line === undefined) throw new Error("The watch has ended.");
    return JSON.parse(line) as { type: string; object: KubernetesObject };
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}
