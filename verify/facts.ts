import type { RolePermission } from "./role";

/** What a verification knows of one deployment: read from Azure and from the cluster, nothing assumed. */
export interface Facts {
  readonly connection: {
    readonly id: string;
    readonly name: string;
    readonly provisioningState?: string;
    readonly namespace: string;
    readonly clientId?: string;
  };
  readonly cluster: {
    readonly provisioningState?: string;
    readonly issuerUrl?: string;
    readonly workloadIdentity: boolean;
  };
  /** The identity whose client id the connection names; undefined when it is gone. */
  readonly identity?: { readonly id: string; readonly principalId: string };
  readonly federatedCredentials: readonly {
    readonly issuer: string;
    readonly subject: string;
    readonly audiences: readonly string[];
  }[];
  /** The permissions of every role that the identity holds on the Azure OpenAI account. */
  readonly permissions: readonly RolePermission[];
  readonly deployment: { readonly name: string; readonly provisioningState?: string };
  /** Client id in the service account's annotation; undefined without service account or annotation. */
  readonly serviceAccountClientId?: string;
  /** The keys of the connection's secret; undefined when there is no such secret. */
  readonly secretKeys?: readonly string[];
  readonly image: {
    /** The pod's image as the stack names it: `<login server>/<repository>:<tag>`. */
    readonly name: string;
    /** All repositories of its registry. */
    readonly repositories: readonly string[];
  };
  readonly pod: {
    readonly name: string;
    /** Undefined when there is no such pod. */
    readonly phase?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly serviceAccountName?: string;
    readonly log: string;
  };
}
