import type { Cluster } from "../cluster";
import { allContainers, type Pod, type PodSpec } from "../pod";
import { nameSuffix } from "../random";
import { forbidden } from "../status";

const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

/** One hour and seven seconds: k8s.io/kubernetes/plugin/pkg/admission/serviceaccount. */
const TOKEN_EXPIRATION_SECONDS = 3607;

/**
 * Gives a pod its service account, that account's token, and its pull secrets where the pod names none.
 *
 * Source: k8s.io/kubernetes/plugin/pkg/admission/serviceaccount/admission.go.
 *
 * @throws StatusError 403 when the service account does not exist.
 */
export const admitServiceAccount = (cluster: Cluster, pod: Pod): void => {
  const { spec, metadata } = pod;
  const namespace = metadata.namespace ?? "";
  spec.serviceAccountName ??= "default";
  spec.serviceAccount = spec.serviceAccountName;
  const account = cluster.objects.get("serviceaccounts", namespace, spec.serviceAccountName);
  if (!account) {
    throw forbidden(
      { group: "", plural: "pods" },
      metadata.name,
      `error looking up service account ${namespace}/${spec.serviceAccountName}: serviceaccount "${spec.serviceAccountName}" not found`,
    );
  }
  const ofAccount = account.imagePullSecrets as PodSpec["imagePullSecrets"];
  if ((spec.imagePullSecrets ?? []).length === 0 && ofAccount) spec.imagePullSecrets = ofAccount;
  const automount =
    spec.automountServiceAccountToken ??
    (account.automountServiceAccountToken as boolean | undefined) ??
    true;
  if (!automount) return;
  const containers = allContainers(spec).filter(
    ({ volumeMounts = [] }) => !volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH),
  );
  if (containers.length === 0) return;
  const name = `kube-api-access-${nameSuffix(cluster.random)}`;
  spec.volumes = [...(spec.volumes ?? []), { name, projected: apiAccess() }];
  for (const container of containers) {
    container.volumeMounts = [
      ...(container.volumeMounts ?? []),
      { name, readOnly: true, mountPath: MOUNT_PATH },
    ];
  }
};

const apiAccess = () => ({
  sources: [
    { serviceAccountToken: { expirationSeconds: TOKEN_EXPIRATION_SECONDS, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
      downwardAPI: {
        items: [
          { path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } },
        ],
      },
    },
  ],
  defaultMode: 0o644,
});
