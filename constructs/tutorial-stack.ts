import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { Annotations, type ITerraformDependable, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Settings } from "../config/settings";
import { AksCluster } from "./aks-cluster";
import { AzureProviders } from "./azure-providers";
import { roleDefinitionIds } from "./built-in-roles";
import { ClusterProvider } from "./cluster-provider";
import { ConnectedPod } from "./connected-pod";
import { ContainerRegistry } from "./container-registry";
import { literals } from "./literals";
import { ModelDeployment } from "./model-deployment";
import { OpenAiAccount } from "./openai-account";
import { type ImageSource, RegistryImage } from "./registry-image";
import { ServiceConnection } from "./service-connection";
import { addStateBackend } from "./state-backend";
import { uniqueSuffix } from "./unique-suffix";

export interface TutorialStackProps {
  readonly settings: Settings;
  /** What `cdktf` prints when it synthesizes. @default - nothing */
  readonly warnings?: readonly string[];
}

/**
 * Microsoft's tutorial "Connect to Azure OpenAI Service in AKS using Workload Identity" as one stack,
 * from the resource group to the pod. The stack's id is the environment's name.
 */
export class TutorialStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: TutorialStackProps) {
    super(scope, id);
    const { settings } = props;
    const tags = literals(settings.tags);
    for (const warning of props.warnings ?? []) Annotations.of(this).addWarning(warning);

    addStateBackend(this, id, settings.backend);
    new AzureProviders(this, "Azure");
    const { subscriptionId } = new DataAzurermClientConfig(this, "Client", {});
    const suffix = uniqueSuffix(subscriptionId, settings.resourceGroupName);

    const resourceGroup = new ResourceGroup(this, "ResourceGroup", {
      name: settings.resourceGroupName,
      location: settings.location,
      tags,
    });
    const cluster = new AksCluster(this, "Cluster", { resourceGroup, tags, ...settings.cluster });
    const account = new OpenAiAccount(this, "OpenAi", {
      resourceGroup,
      name: settings.openai.accountName,
      customSubdomainName: settings.openai.customSubdomainName ?? `oai-aks-${suffix}`,
      tags,
    });
    const deployment = new ModelDeployment(this, "Model", {
      account,
      name: settings.model.deploymentName,
      modelFormat: settings.model.format,
      modelName: settings.model.name,
      modelVersion: settings.model.version,
      skuName: settings.model.skuName,
      capacity: settings.model.capacity,
    });
    const registry = new ContainerRegistry(this, "Registry", {
      resourceGroup,
      name: settings.registry.name ?? `craks${suffix}`,
      sku: settings.registry.sku,
      anonymousPull: settings.registry.anonymousPull,
      tags,
    });
    const image = new RegistryImage(this, "Image", {
      registry,
      repository: settings.image.repository,
      source: imageSource(settings),
      tags,
    });
    const identity = new UserAssignedIdentity(this, "Identity", {
      name: settings.identity.name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      tags,
    });

    new ClusterProvider(this, "Kubernetes", { cluster, after: image.run });
    const connection = new ServiceConnection(this, "Connection", {
      name: settings.connection.name,
      cluster,
      account,
      identity,
      subscriptionId,
      namespace: settings.connection.namespace,
      clientType: settings.connection.clientType,
      roleDefinitionId: roleDefinitionIds[settings.connection.role],
      // Of two operations on one account, Azure refuses the second (azurerm issue 22607).
      dependsOn: [deployment.resource, ...this.namespace(settings.connection.namespace)],
    });
    const pod = new ConnectedPod(this, "Pod", {
      name: settings.application.podName,
      connection,
      image: image.reference,
      settings: literals(applicationSettings(settings)),
      dependsOn: [
        deployment.resource,
        ...(settings.registry.anonymousPull ? [] : [registry.grantPull(cluster)]),
      ],
    });

    this.outputs({
      resource_group_name: resourceGroup.name,
      cluster_name: cluster.resource.name,
      cluster_credentials_command: `az aks get-credentials --resource-group ${resourceGroup.name} --name ${cluster.resource.name}`,
      subscription_id: subscriptionId,
      openai_account_name: account.resource.name,
      openai_endpoint: account.resource.endpoint,
      model_deployment_name: deployment.resource.name,
      registry_name: registry.resource.name,
      registry_login_server: registry.resource.loginServer,
      image: image.reference,
      identity_name: identity.name,
      identity_client_id: identity.clientId,
      connection_name: settings.connection.name,
      connection_id: connection.resource.id,
      service_account_name: connection.serviceAccountName,
      pod_name: pod.resource.metadata.name,
      pod_namespace: settings.connection.namespace,
    });
  }

  /** Every cluster has `default`; any other namespace is the stack's own. */
  private namespace(name: string): ITerraformDependable[] {
    return name === "default" ? [] : [new NamespaceV1(this, "Namespace", { metadata: { name } })];
  }

  private outputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      new TerraformOutput(this, name, { value, staticId: true });
    }
  }
}

function imageSource({ image, model }: Settings): ImageSource {
  if (image.source.type === "folder") return image.source;
  const { modelPlaceholder, ...source } = image.source;
  return modelPlaceholder === undefined
    ? source
    : { ...source, replace: { placeholder: modelPlaceholder, value: model.deploymentName } };
}

/** Variables that the sample application reads (`sample-app/src/settings.ts`). */
function applicationSettings({ application, model }: Settings): Record<string, string> {
  const { apiVersion, question, waitSeconds } = application;
  return {
    AZURE_OPENAI_DEPLOYMENT: model.deploymentName,
    ...(apiVersion === undefined ? {} : { AZURE_OPENAI_API_VERSION: apiVersion }),
    ...(question === undefined ? {} : { AZURE_OPENAI_QUESTION: question }),
    ...(waitSeconds === undefined ? {} : { AZURE_OPENAI_WAIT_SECONDS: String(waitSeconds) }),
  };
}
