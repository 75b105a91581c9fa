import { createHash } from "node:crypto";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { PodV1 } from "@cdktf/provider-kubernetes/lib/pod-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ServiceConnection } from "./service-connection";

export interface ConnectedPodProps {
  readonly name: string;
  readonly connection: ServiceConnection;
  /** Reference of the container image. */
  readonly image: string;
  /** Environment variables, besides those of the connection's secret. */
  readonly settings: Readonly<Record<string, string>>;
  /** What must be there before. @default - the connection */
  readonly dependsOn?: ITerraformDependable[];
}

/** Unprivileged user that the image's files are readable for; the projected token becomes its own. */
const userId = 65532;

/**
 * A pod that runs with a connection's service account and secret until it has succeeded once.
 *
 * A new role assignment may take ten minutes to be seen (Microsoft Learn, "Troubleshoot Azure RBAC"),
 * and the provider does not replace a pod that has failed after it was running: the kubelet starts
 * it again, with growing pauses, until the application ends well.
 *
 * The workload identity webhook adds variables, volumes and their mounts, which are ignored, or
 * every plan would replace the pod. For the same reason nothing is passed in `env`: settings come
 * from a ConfigMap whose name has its content's hash, so that another setting is another pod.
 */
export class ConnectedPod extends Construct {
  readonly resource: PodV1;

  constructor(scope: Construct, id: string, props: ConnectedPodProps) {
    super(scope, id);
    const { connection } = props;

    const settings = new ConfigMapV1(this, "Settings", {
      metadata: {
        name: `${props.name}-${hash(props.settings)}`,
        namespace: connection.namespace,
      },
      immutable: true,
      data: { ...props.settings },
    });

    this.resource = new PodV1(this, "Resource", {
      metadata: {
        name: props.name,
        namespace: connection.namespace,
        labels: { app: props.name, "azure.workload.identity/use": "true" },
      },
      spec: {
        serviceAccountName: connection.serviceAccountName,
        // The application asks Azure, never the cluster's own API.
        automountServiceAccountToken: false,
        restartPolicy: "OnFailure",
        securityContext: {
          runAsNonRoot: true,
          runAsUser: String(userId),
          runAsGroup: String(userId),
          fsGroup: String(userId),
          seccompProfile: { type: "RuntimeDefault" },
        },
        container: [
          {
            name: "app",
            image: props.image,
            imagePullPolicy: "IfNotPresent",
            envFrom: [
              { configMapRef: { name: settings.metadata.name } },
              { secretRef: { name: connection.secretName } },
            ],
            resources: {
              requests: { cpu: "100m", memory: "128Mi" },
              limits: { cpu: "500m", memory: "256Mi" },
            },
            securityContext: {
              allowPrivilegeEscalation: false,
              privileged: false,
              readOnlyRootFilesystem: true,
              runAsNonRoot: true,
              capabilities: { drop: ["ALL"] },
            },
          },
        ],
      },
      // It ends by itself; the provider would otherwise wait for `Running` and miss it.
      targetState: ["Running", "Succeeded"],
      dependsOn: [connection.resource, ...(props.dependsOn ?? [])],
      lifecycle: {
        ignoreChanges: [
          "spec[0].container[0].env",
          "spec[0].container[0].volume_mount",
          "spec[0].volume",
        ],
        // The secret's content is not in the plan, but every change of it begins at the connection.
        replaceTriggeredBy: [
          `${connection.resource.terraformResourceType}.${connection.resource.friendlyUniqueId}`,
        ],
      },
    });
  }
}

function hash(settings: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 8);
}
