import type { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { Resource } from "../.gen/providers/azapi/resource";
import type { AksCluster } from "./aks-cluster";
import type { OpenAiAccount } from "./openai-account";

export interface ServiceConnectionProps {
  /** Lower-case letters, digits, `.` or `_`; at most 60 characters. */
  readonly name: string;
  readonly cluster: AksCluster;
  readonly account: OpenAiAccount;
  /** What the connected pods act as. */
  readonly identity: UserAssignedIdentity;
  /** Subscription of the identity. */
  readonly subscriptionId: string;
  /** Kubernetes namespace that the service account and the secret are made in. */
  readonly namespace: string;
  /** Language of the application, in Service Connector's words. */
  readonly clientType: string;
  /** GUID of the role that the identity gets on the account. */
  readonly roleDefinitionId: string;
  /** What must be there before. @default - the cluster, the account and the identity */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * A Service Connector connection from an AKS cluster to Azure OpenAI with workload identity.
 *
 * azurerm has no resource for it on AKS (hashicorp/terraform-provider-azurerm issue 28579). The
 * federated credential, the role assignment, the cluster extension, the service account and the
 * secret are Service Connector's, and are nowhere else in this stack: only one side may own them.
 */
export class ServiceConnection extends Construct {
  readonly resource: Resource;
  readonly namespace: string;
  /** Service account that Service Connector makes for the identity. */
  readonly serviceAccountName: string;
  /** Secret with `AZURE_OPENAI_BASE` and `AZURE_OPENAI_CLIENTID`. */
  readonly secretName: string;

  constructor(scope: Construct, id: string, props: ServiceConnectionProps) {
    super(scope, id);
    this.resource = new Resource(this, "Resource", {
      type: "Microsoft.ServiceLinker/linkers@2024-04-01",
      parentId: props.cluster.resource.id,
      name: props.name,
      // All that matters is written down: azapi does not see a change of anything else (issue 1116).
      body: {
        properties: {
          clientType: props.clientType,
          scope: props.namespace,
          targetService: { type: "AzureResource", id: props.account.resource.id },
          authInfo: {
            authType: "userAssignedIdentity",
            authMode: "optInAllAuth",
            clientId: props.identity.clientId,
            subscriptionId: props.subscriptionId,
            roles: [props.roleDefinitionId],
            // An update takes away what the former settings made, such as another role.
            deleteOrUpdateBehavior: "ForcedCleanup",
          },
        },
      },
      responseExportValues: { provisioningState: "properties.provisioningState" },
      // While the cluster is being changed. The sentence is all that Service Connector may say then
      // (Microsoft Learn, "Use Service Connector in AKS"); its other cause, a namespace that is not
      // registered, is none here, since azurerm registers it or fails before.
      retry: {
        errorMessageRegex: [
          "(?is)conflict.*(in progress|being updated|updating|another operation)",
          "(?is)invalid status code\\W{0,4}conflict",
        ],
        intervalSeconds: 15,
        maxIntervalSeconds: 60,
      },
      // The extension is installed with Helm in the cluster, which takes minutes.
      timeouts: { create: "45m", update: "45m", delete: "45m" },
      dependsOn: props.dependsOn,
      lifecycle: {
        postcondition: [
          {
            condition: '${self.output.provisioningState == "Succeeded"}',
            errorMessage:
              "Service Connector did not finish the connection. Look at the extension sc-extension " +
              "of the cluster (az k8s-extension show, kubectl get events -n sc-system), then deploy again.",
          },
        ],
      },
    });

    // The answer does not name the Kubernetes objects; the official CLI derives their names as well
    // (Azure/azure-cli pull request 28887). From what is known while the connection changes in place,
    // so that such a change is no change of the names.
    this.namespace = props.namespace;
    this.serviceAccountName = `sc-account-${props.identity.clientId}`;
    this.secretName = `sc-${props.name.replaceAll(/[^A-Za-z0-9]/g, "")}-secret`;
  }
}
