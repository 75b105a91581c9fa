import { rm } from "node:fs/promises";
import { Hono } from "hono";
import type { KubernetesObject, KubernetesPlane, LocalAzure } from "../core/planes";
import { serve } from "./api-server";
import { clientCertificate, clusterAuthority, generateKey } from "./certificates";
import { Cluster, CLUSTER_USER, type ClusterRecord } from "./cluster";
import { kubeconfigYaml } from "./kubeconfig";
import { kindOfName } from "./kinds";
import { createInitialNamespaces, runNamespaceController } from "./namespaces";
import { PodRunner } from "./pods/runner";
import { systemRandom, type Random } from "./random";

/** Base64url of random bytes would do, but AKS's tokens are hexadecimal. */
const USER_TOKEN_BYTES = 64;

const SERIAL_NUMBER_BYTES = 16;

/**
 * A Kubernetes API for each managed cluster, with its OpenID Connect issuer.
 *
 * @param random - The source of names, UIDs and tokens; @default the machine's.
 */
export const createKubernetesPlane = (
  azure: LocalAzure,
  random: Random = systemRandom,
): KubernetesPlane => {
  const records = azure.store.collection<ClusterRecord>("kubernetes/clusters");
  const running = new Map<string, { cluster: Cluster; stop: () => Promise<void> }>();

  const start = (record: ClusterRecord): Cluster => {
    const cluster = new Cluster(azure, record, random);
    createInitialNamespaces(cluster);
    const runner = new PodRunner(cluster);
    const stopNamespaces = runNamespaceController(cluster);
    running.set(record.uid, {
      cluster,
      stop: async () => {
        stopNamespaces();
        await runner.stop();
        cluster.close();
      },
    });
    return cluster;
  };

  /** Clusters of a saved state start when the other planes are there: when they are first needed. */
  const find = (uid: string): Cluster | undefined => {
    const known = running.get(uid);
    if (known) return known.cluster;
    const record = records.get(uid);
    return record && start(record);
  };

  const require = (uid: string): Cluster => {
    const cluster = find(uid);
    if (!cluster) throw new Error(`There is no cluster with the id ${uid}.`);
    return cluster;
  };

  const apply = (cluster: Cluster, object: KubernetesObject): void => {
    const kind = kindOfName(object.kind);
    if (!kind) throw new Error(`The kind ${object.kind} is not served here.`);
    const { name, namespace } = object.metadata;
    const before = cluster.objects.get(kind.plural, namespace, name);
    const complete = structuredClone(object);
    if (!before) kind.prepareForCreate?.(complete);
    kind.setDefaults?.(complete);
    complete.metadata.uid = before?.metadata.uid ?? cluster.newUid();
    complete.metadata.creationTimestamp = before?.metadata.creationTimestamp ?? cluster.timestamp();
    if (before) complete.metadata.resourceVersion = before.metadata.resourceVersion;
    cluster.objects.put(kind.plural, complete);
  };

  const issuerUrl = (uid: string) => `${azure.origin}/oic/${azure.tenantId}/${uid}/`;

  const routes = new Hono();
  routes.all("/kubernetes/:uid/*", (context) => {
    const cluster = find(context.req.param("uid"));
    if (!cluster) return context.text("404 page not found\n", 404);
    const path = new URL(context.req.url).pathname.split("/").slice(3).join("/");
    return serve(cluster, context, `/${path}`);
  });
  // The paths and the documents of AKS: https://learn.microsoft.com/azure/aks/use-oidc-issuer
  routes.get("/oic/:tenant/:uid/.well-known/openid-configuration", (context) => {
    const { tenant, uid } = context.req.param();
    if (tenant !== azure.tenantId || !find(uid)) return context.notFound();
    const issuer = issuerUrl(uid);
    return context.json({
      issuer,
      jwks_uri: `${issuer}openid/v1/jwks`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    });
  });
  routes.get("/oic/:tenant/:uid/openid/v1/jwks", (context) => {
    const { tenant, uid } = context.req.param();
    const cluster = tenant === azure.tenantId ? find(uid) : undefined;
    return cluster ? context.json(cluster.keys) : context.notFound();
  });

  return {
    routes,
    createCluster: (uid, resourceId) => {
      if (!records.has(uid)) {
        const serialNumber = () => random(SERIAL_NUMBER_BYTES).toString("hex");
        const authority = clusterAuthority(azure.clock.now(), serialNumber());
        const user = { user: CLUSTER_USER.name, group: "system:masters" };
        records.set(uid, {
          uid,
          resourceId,
          workloadIdentity: false,
          authority,
          client: clientCertificate(authority, user, azure.clock.now(), serialNumber()),
          serviceAccountKey: generateKey(),
          userToken: random(USER_TOKEN_BYTES).toString("hex"),
        });
      }
      find(uid);
      return Promise.resolve();
    },
    deleteCluster: async (uid) => {
      const cluster = find(uid);
      if (!cluster) return;
      const stop = running.get(uid)?.stop;
      running.delete(uid);
      records.delete(uid);
      await stop?.();
      cluster.objects.clear();
      await rm(cluster.directory, { recursive: true, force: true });
    },
    issuerUrl,
    issuerKeys: (issuer) => {
      const uid = /\/oic\/[^/]+\/([^/]+)\/?$/.exec(issuer)?.[1];
      if (uid === undefined || issuer !== issuerUrl(uid)) return undefined;
      return find(uid)?.keys;
    },
    setWorkloadIdentity: (uid, enabled) => {
      const { record } = require(uid);
      record.workloadIdentity = enabled;
      records.set(uid, record);
    },
    kubeconfig: (uid, { cluster: name, resourceGroup, admin }) => {
      const cluster = require(uid);
      return kubeconfigYaml({
        server: cluster.server,
        certificateAuthority: azure.certificateAuthority,
        cluster: name,
        resourceGroup,
        admin,
        client: cluster.record.client,
        token: cluster.record.userToken,
      });
    },
    apply: (uid, object) => {
      apply(require(uid), object);
    },
    get: (uid, { kind, namespace, name }) => {
      const plural = kindOfName(kind)?.plural;
      return plural === undefined ? undefined : find(uid)?.objects.get(plural, namespace, name);
    },
    close: async () => {
      await Promise.all([...running.values()].map(({ stop }) => stop()));
      running.clear();
    },
  };
};
