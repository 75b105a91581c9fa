import type { PulledImage } from "../../core/planes";
import type { Cluster } from "../cluster";
import type { Container } from "../pod";
import type { EventText } from "./events";

/** Why a container waits for its image. */
export class ImagePullError extends Error {
  constructor(
    /** `state.waiting.reason`. */
    readonly reason: "ErrImagePull" | "ErrImageNeverPull" | "InvalidImageName",
    message: string,
  ) {
    super(message);
  }
}

interface KubeletIdentity {
  identityProfile?: { kubeletidentity?: { objectId?: string } };
}

/**
 * Gets a container's image as the kubelet does, with its identity.
 *
 * Source: k8s.io/kubernetes/pkg/kubelet/images/image_manager.go (`EnsureImageExists`).
 *
 * @throws ImagePullError
 */
export const pullImage = (
  cluster: Cluster,
  { image, imagePullPolicy }: Container,
  record: (event: Omit<EventText, "fieldPath">) => void,
): PulledImage => {
  const { registry, arm, clock } = cluster.azure;
  const present = cluster.presentImages.get(image);
  if (present && imagePullPolicy !== "Always") {
    record({
      type: "Normal",
      reason: "Pulled",
      message: `Container image "${image}" already present on machine`,
    });
    return present;
  }
  if (imagePullPolicy === "Never") {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    record({ type: "Warning", reason: "ErrImageNeverPull", message });
    throw new ImagePullError("ErrImageNeverPull", message);
  }
  record({ type: "Normal", reason: "Pulling", message: `Pulling image "${image}"` });
  const properties = arm.get(cluster.record.resourceId)?.properties as KubeletIdentity | undefined;
  const started = clock.now().getTime();
  try {
    const pulled = registry.pullImage(
      image,
      properties?.identityProfile?.kubeletidentity?.objectId,
    );
    cluster.presentImages.set(image, pulled);
    const took = `${clock.now().getTime() - started}ms`;
    record({
      type: "Normal",
      reason: "Pulled",
      message: `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${pulled.size} bytes.`,
    });
    return pulled;
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith("invalid reference format")) {
      const told = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${message}`;
      record({ type: "Warning", reason: "InspectFailed", message: told });
      throw new ImagePullError("InvalidImageName", told);
    }
    const code = message.endsWith("not found") ? "NotFound" : "Unknown";
    const told = `rpc error: code = ${code} desc = ${message}`;
    record({
      type: "Warning",
      reason: "Failed",
      message: `Failed to pull image "${image}": ${told}`,
    });
    throw new ImagePullError("ErrImagePull", told);
  }
};
