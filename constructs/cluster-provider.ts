import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { DataResource, Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import type { AksCluster } from "./aks-cluster";

export interface ClusterProviderProps {
  readonly cluster: AksCluster;
  /** What every operation in the cluster waits for, deletions included. */
  readonly after: ITerraformDependable;
}

/**
 * The kubernetes provider for a cluster of the same stack.
 *
 * It refers to a marker that depends on `after`. A dependency of the pod itself would not do: a pod
 * that is replaced is deleted before anything that its successor waits for, so a failed build would
 * leave no pod. A provider is configured before its first operation, whichever that is. The marker's
 * own value never changes, so the provider's settings stay known while a build is planned.
 */
export class ClusterProvider extends Construct {
  readonly resource: KubernetesProvider;

  constructor(scope: Construct, id: string, props: ClusterProviderProps) {
    super(scope, id);
    const marker = new DataResource(this, "Ready", {
      input: { state: "ready" },
      dependsOn: [props.after],
    });
    const { host, clientCertificate, clientKey, clusterCaCertificate } = props.cluster.access;
    this.resource = new KubernetesProvider(this, "Resource", {
      host: Token.asString(Fn.element([host, marker.interpolationForAttribute("output.state")], 0)),
      clientCertificate,
      clientKey,
      clusterCaCertificate,
      // Empty, since unset they would be KUBE_CONFIG_PATH and KUBE_TOKEN of whoever deploys: what the
      // kubeconfig says of the user would be sent to this cluster, and while its address is not known
      // (a replacement is being planned), another cluster would be asked.
      configPath: "",
      token: "",
    });
  }
}
