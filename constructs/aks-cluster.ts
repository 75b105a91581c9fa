import { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { SshKeyPair } from "./ssh-key-pair";

export interface AksClusterProps {
  readonly resourceGroup: ResourceGroup;
  readonly name: string;
  /** Nodes of the one pool, `system`. */
  readonly nodeCount: number;
  /** @default - AKS picks a size that the subscription can have */
  readonly vmSize?: string;
  /** @default - AKS's default version */
  readonly kubernetesVersion?: string;
  /** Public key for the nodes, in OpenSSH's form. @default - a pair made by Azure */
  readonly sshPublicKey?: string;
  readonly tags?: Record<string, string>;
}

/** Where and with what a Kubernetes client reaches the cluster; every value is sensitive. */
export interface ClusterAccess {
  readonly host: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
  readonly clusterCaCertificate: string;
}

/**
 * An AKS cluster that Service Connector can connect with workload identity.
 *
 * Service Connector would switch the OIDC issuer and workload identity on by itself; they are set
 * here because the cluster resource tracks both, and would switch them off again.
 */
export class AksCluster extends Construct {
  readonly resource: KubernetesCluster;

  constructor(scope: Construct, id: string, props: AksClusterProps) {
    super(scope, id);
    const sshPublicKey =
      props.sshPublicKey ??
      new SshKeyPair(this, "SshKeyPair", {
        resourceGroup: props.resourceGroup,
        name: `${props.name}-ssh`,
      }).publicKey;

    this.resource = new KubernetesCluster(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroup.name,
      location: props.resourceGroup.location,
      dnsPrefix: dnsPrefix(props.name),
      kubernetesVersion: props.kubernetesVersion,
      identity: { type: "SystemAssigned" },
      oidcIssuerEnabled: true,
      workloadIdentityEnabled: true,
      linuxProfile: { adminUsername: "azureuser", sshKey: { keyData: sshPublicKey } },
      defaultNodePool: {
        name: "system",
        nodeCount: props.nodeCount,
        vmSize: props.vmSize,
        // Lets a change of the size rotate the pool instead of replacing the cluster.
        temporaryNameForRotation: "systemtmp",
        // Azure's own default; unset, every plan would take it away.
        upgradeSettings: { maxSurge: "10%" },
      },
      tags: props.tags,
      lifecycle: {
        postcondition: [
          {
            condition: "${length(self.kube_config) == 1}",
            errorMessage:
              "The cluster has local accounts switched off, so the pod cannot be applied with its " +
              "certificate. Switch them on again (az aks update --enable-local-accounts), then deploy again.",
          },
        ],
      },
    });
    // azurerm 5 requires the block; the bindings are azurerm 4's. Manual: no node auto-provisioning.
    this.resource.addOverride("node_provisioning_profile", [
      { mode: "Manual", default_node_pools: "Auto" },
    ]);
  }

  /**
   * From the resource and from nothing else: a data source with `depends_on` or a kubeconfig file
   * makes the provider fall back to `localhost:80` (hashicorp/terraform-provider-kubernetes 1307, 2127).
   */
  get access(): ClusterAccess {
    const kubeConfig = this.resource.kubeConfig.get(0);
    const decoded = (value: string): string => Token.asString(Fn.base64decode(value));
    return {
      host: kubeConfig.host,
      clientCertificate: decoded(kubeConfig.clientCertificate),
      clientKey: decoded(kubeConfig.clientKey),
      clusterCaCertificate: decoded(kubeConfig.clusterCaCertificate),
    };
  }

  /** Object id of the identity that pulls images. */
  get kubeletObjectId(): string {
    return this.resource.kubeletIdentity.objectId;
  }
}

/** 1 to 54 letters, digits or `-` are allowed (azurerm's `KubernetesDNSPrefix`), a cluster's name may be longer. */
function dnsPrefix(clusterName: string): string {
  return clusterName.replaceAll("_", "-").slice(0, 54).replace(/-+$/, "");
}
