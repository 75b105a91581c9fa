import type { Hono } from "hono";
import type { Clock } from "./clock";
import type { Store } from "./store";

/** What all planes share, and the planes themselves: each knows the others only through this. */
export interface LocalAzure {
  readonly clock: Clock;
  readonly store: Store;
  /** `https://localhost:<port>`, without a slash at the end. */
  readonly origin: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** The certificate authority that signed the server's certificate, as PEM. */
  readonly certificateAuthority: string;
  /** Where built images and the file systems of running pods are kept. */
  readonly workDirectory: string;
  /** One line for the person who watches the local Azure. */
  readonly log: (line: string) => void;
  readonly arm: ArmPlane;
  readonly entra: EntraPlane;
  readonly kubernetes: KubernetesPlane;
  readonly openai: Plane;
  readonly registry: RegistryPlane;
  readonly storage: StoragePlane;
}

/** A part of the local Azure with routes of its own. */
export interface Plane {
  readonly routes: Hono;
  /** Ends what runs: timers, pods, builds. */
  close?(): Promise<void>;
}

/** A resource as Azure Resource Manager stores and returns it. */
export interface ArmResource {
  id: string;
  name: string;
  type: string;
  location?: string;
  kind?: string;
  tags?: Record<string, string>;
  sku?: Record<string, unknown>;
  identity?: Record<string, unknown>;
  /** Another one after every change; few types have it. */
  eTag?: string;
  properties: Record<string, unknown>;
}

export interface ArmPlane extends Plane {
  /** The resource with this id (compared without case), if it exists. */
  get(id: string): ArmResource | undefined;
  /** All resources of a type, e.g. `Microsoft.CognitiveServices/accounts`, in the order of creation. */
  list(type: string): ArmResource[];
  /**
   * Whether a principal holds a role assignment, at the scope or above it, that permits a data action.
   *
   * Source: https://learn.microsoft.com/azure/role-based-access-control/role-definitions#dataactions
   * (wildcards, `notDataActions`).
   */
  permits(principalId: string, dataAction: string, scope: string): boolean;
}

/** The claims of an access token that Entra's endpoint issued. */
export interface AccessTokenClaims {
  readonly aud: string;
  readonly oid: string;
  readonly tid: string;
  readonly appid: string;
  readonly exp: number;
}

export interface EntraPlane extends Plane {
  /** A signed access token, for the local Azure's own use and its tests. */
  issueAccessToken(principal: { oid: string; appid: string }, audience: string): Promise<string>;
  /**
   * Verifies signature, issuer, expiry and audience of the bearer token of an `Authorization` header.
   *
   * @throws AzureError 401 with Azure's code and message.
   */
  verifyBearerToken(
    authorization: string | undefined,
    audiences: readonly string[],
  ): Promise<AccessTokenClaims>;
}

/** A Kubernetes object. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

export interface KubernetesPlane extends Plane {
  /**
   * Starts a cluster's API, with the namespaces and service accounts that a new cluster has.
   *
   * @param uid - Stands in the cluster's API path and in its OIDC issuer.
   */
  createCluster(uid: string, resourceId: string): Promise<void>;
  /** Stops its pods and forgets everything in it. */
  deleteCluster(uid: string): Promise<void>;
  /** The issuer of the cluster's service-account tokens, with a slash at the end as on AKS. */
  issuerUrl(uid: string): string;
  /** The public keys (JWKS) of an issuer, if it is one of a cluster here. */
  issuerKeys(issuerUrl: string): { keys: Record<string, unknown>[] } | undefined;
  /** Whether pods with the label get a token: the workload-identity admission is on. */
  setWorkloadIdentity(uid: string, enabled: boolean): void;
  /**
   * A kubeconfig (YAML) with a client certificate that this cluster accepts, in the form that
   * `listClusterUserCredential` returns.
   */
  kubeconfig(
    uid: string,
    names: { readonly cluster: string; readonly resourceGroup: string; readonly admin: boolean },
  ): string;
  /** Creates or replaces an object, past the API: for what Azure's own agents do in a cluster. */
  apply(uid: string, object: KubernetesObject): void;
  get(
    uid: string,
    object: { kind: string; namespace?: string; name: string },
  ): KubernetesObject | undefined;
}

/** The steps of one run of a registry task. */
export interface RegistryRunRequest {
  readonly registryName: string;
  /** The task's or the run request's own content, decoded: multi-step YAML, or a Dockerfile build's step. */
  readonly step:
    | {
        readonly type: "EncodedTask";
        readonly taskContent: string;
        readonly valuesContent?: string;
        readonly values: readonly { readonly name: string; readonly value: string }[];
        readonly contextPath?: string;
      }
    | {
        readonly type: "Docker";
        readonly dockerFilePath: string;
        readonly imageNames: readonly string[];
        readonly isPushEnabled: boolean;
        readonly contextPath?: string;
        readonly arguments: readonly { readonly name: string; readonly value: string }[];
      };
  readonly timeoutSeconds: number;
  readonly runId: string;
  readonly taskName?: string;
}

/** Source: `Microsoft.ContainerRegistry/registries/runs`, `RunStatus`. */
export type RegistryRunStatus =
  "Queued" | "Started" | "Running" | "Succeeded" | "Failed" | "Canceled" | "Error" | "Timeout";

export interface RegistryRun {
  status(): RegistryRunStatus;
  readonly startTime: () => string | undefined;
  readonly finishTime: () => string | undefined;
  /** `outputImages` of the run. */
  images(): { registry: string; repository: string; tag: string; digest: string }[];
  /** `runErrorMessage` of a failed run. */
  errorMessage(): string | undefined;
  log(): string;
  cancel(): void;
}

/** The part of an OCI image configuration that running a process needs. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** `NAME=value`, as in an OCI image configuration. */
  readonly env: readonly string[];
  readonly workingDir: string;
  /** Empty means root. */
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An image that a registry here holds: a folder with its files, never to be written to, and its configuration. */
export interface PulledImage {
  readonly rootDirectory: string;
  readonly config: ImageConfig;
  /** `sha256:<hex>`. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

export interface RegistryPlane extends Plane {
  /**
   * What a node's container runtime does with an image's name.
   *
   * @param reference - `localhost:<port>/<registry>/<repository>:<tag>`, or with `@sha256:<hex>`.
   * @param principalId - The kubelet's identity; without it only anonymous pull is possible.
   * @throws Error with the container runtime's words: not found, or not authorized.
   */
  pullImage(reference: string, principalId?: string): PulledImage;
  /** `localhost:<port>/<registry>`: what stands before `/<repository>:<tag>` in an image's name. */
  loginServer(registryName: string): string;
  startRun(request: RegistryRunRequest): RegistryRun;
  /** A place to upload a build's context to, and its name as a run's source location. */
  createSourceUpload(registryName: string): {
    readonly uploadUrl: string;
    readonly relativePath: string;
  };
  repositories(registryName: string): string[];
  deleteRegistry(registryName: string): Promise<void>;
}

export interface StoragePlane extends Plane {
  /** `https://<account>.<service>.localhost:<port>/`, with the slash at its end as on Azure. */
  endpoint(accountName: string, service: string): string;
  /** Removes all blobs of a container, or of all containers of an account. */
  forget(resourceId: string): void;
}
