import { join } from "node:path";
import type { KubernetesObject, LocalAzure, PulledImage } from "../core/planes";
import type { User } from "./authentication";
import type { KeyAndCertificate } from "./certificates";
import { Objects } from "./objects";
import { Logs } from "./pods/logs";
import { uuid, type Random } from "./random";
import { ServiceAccountTokens, type TokenSubject } from "./service-account-tokens";

/** What is kept of a cluster, beside its objects. */
export interface ClusterRecord {
  readonly uid: string;
  readonly resourceId: string;
  workloadIdentity: boolean;
  /** Signs the client certificates of its kubeconfigs. */
  readonly authority: KeyAndCertificate;
  /** The client certificate in its kubeconfigs: the same each time, as in AKS until it is rotated. */
  readonly client: KeyAndCertificate;
  /** Signs its service-account tokens; PKCS#8 PEM. */
  readonly serviceAccountKey: string;
  /** The bearer token in its kubeconfigs. */
  readonly userToken: string;
}

/** The one user of a cluster's kubeconfigs, as on an AKS cluster with local accounts. */
export const CLUSTER_USER: User = { name: "masterclient", groups: ["system:masters"] };

/** Where the managed cluster does not say its version. */
const DEFAULT_VERSION = "1.33.5";

/** One cluster: its objects, keys and addresses. */
export class Cluster {
  readonly objects: Objects;
  readonly logs: Logs;
  /** What the nodes have pulled, by name. */
  readonly presentImages = new Map<string, PulledImage>();
  readonly #tokens: ServiceAccountTokens;
  readonly #closers = new Set<() => void>();

  constructor(
    readonly azure: LocalAzure,
    readonly record: ClusterRecord,
    readonly random: Random,
  ) {
    this.objects = new Objects(
      azure.store.collection<KubernetesObject>(`kubernetes/${record.uid}/objects`),
    );
    this.logs = new Logs(this.directory);
    this.#tokens = new ServiceAccountTokens(record.serviceAccountKey);
  }

  /** Kubernetes' version, without a leading `v`: the one of the managed cluster. */
  get version(): string {
    const properties = this.azure.arm.get(this.record.resourceId)?.properties;
    const version = properties?.currentKubernetesVersion;
    return typeof version === "string" && version !== "" ? version : DEFAULT_VERSION;
  }

  get server(): string {
    return `${this.azure.origin}/kubernetes/${this.record.uid}`;
  }

  /** With a slash at the end, as on AKS. */
  get issuer(): string {
    return `${this.azure.origin}/oic/${this.azure.tenantId}/${this.record.uid}/`;
  }

  get keys(): { keys: Record<string, unknown>[] } {
    return this.#tokens.keys();
  }

  /** Where the file systems of its pods are. */
  get directory(): string {
    return join(this.azure.workDirectory, "pods", this.record.uid);
  }

  /** Now, in Kubernetes' form: RFC 3339 in whole seconds. */
  timestamp(): string {
    return this.azure.clock
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
  }

  newUid(): string {
    return uuid(this.random);
  }

  /**
   * Registers what ends with the cluster: open watches and logs.
   *
   * @returns A function that takes it back.
   */
  onClose(end: () => void): () => void {
    this.#closers.add(end);
    return () => {
      this.#closers.delete(end);
    };
  }

  close(): void {
    for (const end of [...this.#closers]) end();
    this.#closers.clear();
  }

  issueToken(
    subject: TokenSubject,
    options: { readonly audiences: readonly string[]; readonly expirationSeconds: number },
  ): string {
    return this.#tokens.issue(subject, {
      ...options,
      issuer: this.issuer,
      now: this.azure.clock.now(),
      tokenId: this.newUid(),
    });
  }

  userOfToken(token: string): User | undefined {
    if (token === this.record.userToken) return CLUSTER_USER;
    const claims = this.#tokens.verify(token, {
      issuer: this.issuer,
      audience: this.server,
      now: this.azure.clock.now(),
    });
    if (!claims) return undefined;
    const { namespace, serviceaccount, pod } = claims["kubernetes.io"];
    const exists = (plural: string, bound: { readonly name: string; readonly uid: string }) =>
      this.objects.get(plural, namespace, bound.name)?.metadata.uid === bound.uid;
    // A token ends with what it is bound to.
    if (!exists("serviceaccounts", serviceaccount) || (pod && !exists("pods", pod)))
      return undefined;
    return {
      name: claims.sub,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
    };
  }
}
