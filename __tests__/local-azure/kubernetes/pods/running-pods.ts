import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageConfig } from "../../../../local-azure/core/planes";
import type { Event } from "../../../../local-azure/kubernetes/kinds/event";
import type { ContainerStatus, Pod } from "../../../../local-azure/kubernetes/pod";
import { eventually } from "../../composed-planes";
import { TestCluster, type Json } from "../test-cluster";

export const IMAGE = "localhost:8443/registry/app:1";
export const DIGEST = `sha256:${"a".repeat(64)}`;
const PODS = "/api/v1/namespaces/default/pods";

/** Pods whose containers are shells of this machine. */
export class RunningPods {
  readonly #images: string[] = [];

  private constructor(readonly cluster: TestCluster) {}

  static async start(): Promise<RunningPods> {
    const pods = new RunningPods(await TestCluster.start());
    pods.addImage(IMAGE);
    return pods;
  }

  /** @returns The image's folder. */
  addImage(name: string, config: Partial<ImageConfig> = {}): string {
    const rootDirectory = mkdtempSync(join(tmpdir(), "image-"));
    this.#images.push(rootDirectory);
    this.cluster.images.set(name, {
      rootDirectory,
      digest: DIGEST,
      size: 1234,
      config: {
        entrypoint: [],
        cmd: ["echo", "of the image"],
        env: [],
        workingDir: "/",
        user: "",
        labels: {},
        ...config,
      },
    });
    return rootDirectory;
  }

  /** A pod with one container `app` that runs a script; `container` adds to the container, `spec` to the pod. */
  async run(
    script: string | undefined,
    { container = {}, spec = {} }: { readonly container?: Json; readonly spec?: Json } = {},
    name = "app",
  ): Promise<Pod> {
    const created = await this.cluster.create("pods", {
      metadata: { name },
      spec: {
        restartPolicy: "Never",
        containers: [
          {
            name: "app",
            image: IMAGE,
            ...(script !== undefined && { command: ["sh", "-c", script] }),
            ...container,
          },
        ],
        ...spec,
      },
    });
    return created as Pod;
  }

  async get(name = "app"): Promise<Pod | undefined> {
    const { status, body } = await this.cluster.request("GET", `${PODS}/${name}`);
    return status === 404 ? undefined : (body as unknown as Pod);
  }

  /** The pod, once it is so. */
  until(isSo: (pod: Pod) => boolean, name = "app"): Promise<Pod> {
    return eventually(async () => {
      const pod = await this.get(name);
      return pod !== undefined && isSo(pod) && pod;
    });
  }

  untilPhase(phase: Pod["status"]["phase"], name = "app"): Promise<Pod> {
    return this.until(({ status }) => status.phase === phase, name);
  }

  /** The container's status, once it waits for this reason. */
  async untilWaiting(reason: string): Promise<ContainerStatus> {
    return statusOf(
      await this.until(
        (pod) => pod.status.containerStatuses?.[0]?.state.waiting?.reason === reason,
      ),
    );
  }

  async log(query = "", name = "app"): Promise<string> {
    return (await this.cluster.request("GET", `${PODS}/${name}/log?${query}`)).text;
  }

  /** `Reason: message`, or with a count where it came more than once. */
  async events(name = "app"): Promise<string[]> {
    const { body } = await this.cluster.request(
      "GET",
      `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D${name},involvedObject.kind%3DPod,involvedObject.namespace%3Ddefault`,
    );
    return (body.items as Event[]).map(
      ({ reason, message, count }) =>
        `${String(reason)}: ${String(message)}${(count ?? 1) > 1 ? ` (x${String(count)})` : ""}`,
    );
  }

  async delete(options: Json = {}, name = "app"): Promise<void> {
    await this.cluster.request("DELETE", `${PODS}/${name}`, { body: options });
  }

  async close(): Promise<void> {
    await this.cluster.close();
    for (const directory of this.#images) rmSync(directory, { recursive: true, force: true });
  }
}

export const statusOf = ({ status }: Pod): ContainerStatus => {
  const [found] = status.containerStatuses ?? [];
  if (!found) throw new Error("The pod has no container statuses.");
  return found;
};
