import { createHash } from "node:crypto";
import { arch, cpus, release, totalmem } from "node:os";
import type { KubernetesObject } from "../core/planes";
import type { Cluster } from "./cluster";

interface AgentPool {
  readonly name?: string;
  readonly count?: number;
  readonly vmSize?: string;
  readonly nodeLabels?: Record<string, string> | null;
}

const PROVIDER = "azure://";

/** Numbers of virtual machines in a scale set have six digits of base 36. */
const instance = (index: number) => index.toString(36).padStart(6, "0");

/** `aks-system-12345678-vmss000000`: eight digits that belong to the cluster. */
const nodeName = (cluster: Cluster, pool: string, index: number): string => {
  const hash = createHash("sha256").update(cluster.record.uid).digest().readUInt32BE(0);
  const digits = String(hash % 100_000_000).padStart(8, "0");
  return `aks-${pool}-${digits}-vmss${instance(index)}`;
};

/** Makes the nodes equal to the node pools of the managed cluster: one for each counted. */
export const reconcileNodes = (cluster: Cluster): void => {
  const managed = cluster.azure.arm.get(cluster.record.resourceId);
  const profiles = managed?.properties.agentPoolProfiles as AgentPool[] | undefined;
  const pools = profiles && profiles.length > 0 ? profiles : [{ name: "nodepool1", count: 1 }];
  const wanted = new Map(
    pools.flatMap((pool) =>
      Array.from({ length: pool.count ?? 1 }, (_, index) => {
        const name = nodeName(cluster, pool.name ?? "nodepool1", index);
        return [name, { pool, location: managed?.location ?? "local" }] as const;
      }),
    ),
  );
  for (const { metadata, spec } of cluster.objects.list("nodes")) {
    const { providerID = "" } = (spec ?? {}) as { providerID?: string };
    // A node that somebody else has made is no instance of this cluster's pools.
    if (providerID.startsWith(PROVIDER) && !wanted.has(metadata.name)) {
      cluster.objects.remove("nodes", undefined, metadata.name);
    }
  }
  for (const [name, { pool, location }] of wanted) {
    if (!cluster.objects.get("nodes", undefined, name)) {
      cluster.objects.put("nodes", node(cluster, name, pool, location));
    }
  }
};

const node = (
  cluster: Cluster,
  name: string,
  { name: pool = "nodepool1", vmSize, nodeLabels }: AgentPool,
  location: string,
): KubernetesObject => {
  const now = cluster.timestamp();
  const capacity = {
    cpu: String(cpus().length),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: "250",
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      uid: cluster.newUid(),
      creationTimestamp: now,
      labels: {
        agentpool: pool,
        "kubernetes.azure.com/agentpool": pool,
        "kubernetes.azure.com/role": "agent",
        "kubernetes.io/arch": architecture(),
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/region": location,
        ...(vmSize && { "node.kubernetes.io/instance-type": vmSize }),
        ...nodeLabels,
      },
    },
    spec: { providerID: `${PROVIDER}${cluster.record.resourceId}/agentPools/${pool}/${name}` },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "KubeletReady",
          message: "kubelet is posting ready status",
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      // Pods are processes of this machine and share its network.
      addresses: [
        { type: "InternalIP", address: "127.0.0.1" },
        { type: "Hostname", address: name },
      ],
      nodeInfo: {
        architecture: architecture(),
        bootID: "",
        containerRuntimeVersion: "local-azure://process",
        kernelVersion: release(),
        kubeletVersion: `v${cluster.version}`,
        kubeProxyVersion: `v${cluster.version}`,
        machineID: "",
        operatingSystem: "linux",
        osImage: "Local Azure (processes of this machine)",
        systemUUID: "",
      },
    },
  };
};

/** Go's names. */
const architecture = () => (arch() === "x64" ? "amd64" : arch());
