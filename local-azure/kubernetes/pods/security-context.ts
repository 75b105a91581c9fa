import type { Container, Pod } from "../pod";
import { ContainerConfigError } from "./environment";

/**
 * Source: k8s.io/kubernetes/pkg/kubelet/kuberuntime/security_context.go, `verifyRunAsNonRoot`.
 *
 * @throws ContainerConfigError when the image would run as root and must not.
 */
export const checkUser = (pod: Pod, container: Container, imageUser: string): void => {
  const ofPod = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  if ((own.runAsNonRoot ?? ofPod.runAsNonRoot) !== true) return;
  const { name, namespace = "", uid } = pod.metadata;
  const where = `(pod: "${name}_${namespace}(${String(uid)})", container: ${container.name})`;
  const user = own.runAsUser ?? ofPod.runAsUser;
  if (user !== undefined) {
    if (user === 0) {
      throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${where}`);
    }
    return;
  }
  const [imageUid = ""] = imageUser.split(":");
  if (imageUid === "" || imageUid === "0") {
    throw new ContainerConfigError(
      `container has runAsNonRoot and image will run as root ${where}`,
    );
  }
  if (!/^\d+$/.test(imageUid)) {
    throw new ContainerConfigError(
      `container has runAsNonRoot and image has non-numeric user (${imageUid}), cannot verify user is non-root ${where}`,
    );
  }
};
