import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PulledImage } from "../../core/planes";
import { trustBundles } from "../../core/trust";
import type { Cluster } from "../cluster";
import type { Container, ContainerStatus, Pod } from "../pod";
import { BackOff } from "./back-off";
import { ContainerProcess, type Exit } from "./container-process";
import { containerEnvironment, ContainerConfigError } from "./environment";
import { recordEvent, type EventText } from "./events";
import { ImagePullError, pullImage } from "./image-pull";
import { completeStatus, waitingStatus } from "./pod-status";
import { schedule } from "./scheduler";
import { VolumeError, writeVolumes } from "./volumes";

/** How often a kubelet looks again for what was missing. */
const SYNC_SECONDS = 10;
const MOUNT_RETRY_SECONDS = 2;

/** The worker has nothing more to do: the pod is being deleted, or the local Azure ends. */
class Stopped extends Error {}

type Statuses = "initContainerStatuses" | "containerStatuses";

/**
 * Runs one pod, as a kubelet does: volumes, init containers one after another, then its containers; restarts them
 * by the pod's policy, and ends them when the pod is deleted.
 */
export class PodWorker {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #name: string;
  readonly #uid: string;
  readonly #directory: string;
  readonly #processes = new Map<string, ContainerProcess>();
  readonly #stop = new AbortController();
  readonly #timers = new Set<() => void>();
  #trust: Readonly<Record<string, string>> = {};
  #ended: Promise<void> = Promise.resolve();
  #isTerminating = false;

  constructor(cluster: Cluster, pod: Pod) {
    this.#cluster = cluster;
    this.#namespace = pod.metadata.namespace ?? "";
    this.#name = pod.metadata.name;
    this.#uid = String(pod.metadata.uid);
    this.#directory = join(cluster.directory, this.#uid);
  }

  start(): void {
    this.#ended = this.#run().catch((error: unknown) => {
      if (error instanceof Stopped) return;
      this.#record({
        type: "Warning",
        reason: "FailedCreatePodSandBox",
        message: `Failed to create pod sandbox: ${(error as Error).message}`,
      });
      this.#cluster.azure.log(`pod ${this.#namespace}/${this.#name}: ${(error as Error).message}`);
    });
  }

  /** Ends the pod within its grace period; then its object goes. */
  async terminate(graceSeconds: number): Promise<void> {
    if (this.#isTerminating) return;
    this.#isTerminating = true;
    this.#halt();
    for (const name of this.#processes.keys()) this.#killing(name, `Stopping container ${name}`);
    await this.#endProcesses(graceSeconds);
    await this.#ended;
    const pod = this.#pod();
    if (!pod) return;
    if (((pod.metadata.finalizers as string[] | undefined) ?? []).length > 0) {
      pod.metadata.deletionGracePeriodSeconds = 0;
      this.#cluster.objects.put("pods", pod);
    } else {
      this.#cluster.objects.remove("pods", this.#namespace, this.#name);
    }
  }

  /** Ends the pod's processes at once and leaves its object as it is, for the next start. */
  async abandon(): Promise<void> {
    this.#halt();
    for (const process of this.#processes.values()) process.kill();
    await Promise.all([...this.#processes.values()].map(({ ended }) => ended));
    await this.#ended;
  }

  /** Removes what the pod left on this machine; its object is gone. */
  async discard(): Promise<void> {
    await this.abandon();
    this.#cluster.logs.forget(this.#uid);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Writes the volumes again, after what they show has changed. */
  refreshVolumes(): void {
    const pod = this.#pod();
    if (!pod || this.#stop.signal.aborted) return;
    try {
      writeVolumes(this.#cluster, pod, join(this.#directory, "volumes"));
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      this.#failedMount(error);
    }
  }

  #halt(): void {
    this.#stop.abort();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #killing(container: string, message: string): void {
    this.#record({ type: "Normal", reason: "Killing", message }, container);
  }

  async #endProcesses(graceSeconds: number): Promise<void> {
    const processes = [...this.#processes.values()];
    if (processes.length === 0) return;
    for (const process of processes) process.terminate();
    const cancel = this.#cluster.azure.clock.after(graceSeconds * 1000, () => {
      for (const process of processes) process.kill();
    });
    await Promise.all(processes.map(({ ended }) => ended));
    cancel();
  }

  async #run(): Promise<void> {
    const found = this.#pod();
    if (!found) return;
    const pod = schedule(this.#cluster, found, () => {
      if (!this.#stop.signal.aborted) this.start();
    });
    if (!pod) return;
    this.#prepare(pod);
    this.#watchDeadline(pod);
    await this.#mountVolumes(pod);
    const { initContainers = [], containers, restartPolicy } = pod.spec;
    for (const container of initContainers) {
      const exit = await this.#runContainer(container, "initContainerStatuses");
      if (exit.exitCode !== 0 && restartPolicy === "Never") return;
    }
    await Promise.all(
      containers.map((container) => this.#runContainer(container, "containerStatuses")),
    );
  }

  /** The pod's first status, or after a restart of the local Azure its last one without the lost processes. */
  #prepare({ spec, status }: Pod): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const { sslCertFile, nodeExtraCaCerts } = trustBundles(
      this.#cluster.azure.certificateAuthority,
      process.env,
    );
    const files = { "ca-bundle.crt": sslCertFile, "extra-ca.crt": nodeExtraCaCerts };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(this.#directory, name), content);
    }
    const bundle = join(this.#directory, "ca-bundle.crt");
    this.#trust = {
      SSL_CERT_FILE: bundle,
      REQUESTS_CA_BUNDLE: bundle,
      NODE_EXTRA_CA_CERTS: join(this.#directory, "extra-ca.crt"),
    };
    const initial = (containers: readonly Container[], known: ContainerStatus[] = []) =>
      containers.map((container) => {
        const old = known.find(({ name }) => name === container.name);
        if (!old)
          return waitingStatus(
            container,
            spec.initContainers ? "PodInitializing" : "ContainerCreating",
          );
        return old.state.running ? this.#lost(old, old.state.running.startedAt) : old;
      });
    this.#update((pod) => {
      pod.status.startTime = status.startTime ?? this.#cluster.timestamp();
      // Pods share this machine's network.
      pod.status.hostIP = "127.0.0.1";
      pod.status.podIP = "127.0.0.1";
      pod.status.podIPs = [{ ip: "127.0.0.1" }];
      if (spec.initContainers) {
        pod.status.initContainerStatuses = initial(
          spec.initContainers,
          status.initContainerStatuses,
        );
      }
      pod.status.containerStatuses = initial(spec.containers, status.containerStatuses);
    });
  }

  /** Source: k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go, `convertToAPIContainerStatuses`. */
  #lost(status: ContainerStatus, startedAt: string): ContainerStatus {
    const terminated = {
      exitCode: 137,
      reason: "ContainerStatusUnknown",
      message: "The container could not be located when the pod was terminated",
      startedAt,
      finishedAt: this.#cluster.timestamp(),
    };
    return { ...status, ready: false, started: false, state: { terminated } };
  }

  #watchDeadline({ spec, status }: Pod): void {
    if (spec.activeDeadlineSeconds === undefined) return;
    const { clock } = this.#cluster.azure;
    const started = new Date(status.startTime ?? clock.now()).getTime();
    const left = started + spec.activeDeadlineSeconds * 1000 - clock.now().getTime();
    this.#after(Math.max(0, left) / 1000, () => {
      this.#update((pod) => {
        pod.status.reason = "DeadlineExceeded";
        pod.status.message = "Pod was active on the node longer than the specified deadline";
      });
      this.#record({
        type: "Normal",
        reason: "DeadlineExceeded",
        message: "Pod was active on the node longer than the specified deadline",
      });
      this.#halt();
      void this.#endProcesses(spec.terminationGracePeriodSeconds ?? 30);
    });
  }

  async #mountVolumes(pod: Pod): Promise<void> {
    for (;;) {
      try {
        const seconds = writeVolumes(this.#cluster, pod, join(this.#directory, "volumes"));
        if (seconds !== undefined) this.#refreshAfter(seconds);
        return;
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error;
        this.#failedMount(error);
        await this.#sleep(MOUNT_RETRY_SECONDS);
      }
    }
  }

  #failedMount({ volume, message }: VolumeError): void {
    this.#record({
      type: "Warning",
      reason: "FailedMount",
      message: `MountVolume.SetUp failed for volume "${volume}" : ${message}`,
    });
  }

  #refreshAfter(seconds: number): void {
    this.#after(seconds, () => {
      this.refreshVolumes();
      this.#refreshAfter(seconds);
    });
  }

  /** Runs a container until it will not run again. */
  async #runContainer(container: Container, list: Statuses): Promise<{ exitCode: number }> {
    const { restartPolicy } = this.#pod()?.spec ?? {};
    // Init containers run to their end, and again only when they fail.
    const policy =
      list === "initContainerStatuses" && restartPolicy === "Always" ? "OnFailure" : restartPolicy;
    // The first restart is at once.
    const backOff = new BackOff(this.#cluster.azure.clock, 0);
    for (;;) {
      const past = this.#statusOf(container.name, list);
      const exitCode =
        past?.state.terminated?.exitCode ?? (await this.#runOnce(container, list)).exitCode;
      this.#throwIfStopped();
      if (policy === "Never" || (policy === "OnFailure" && exitCode === 0)) return { exitCode };
      await this.#backOff(container, list, backOff.next());
    }
  }

  async #backOff(container: Container, list: Statuses, seconds: number): Promise<void> {
    const { name } = container;
    const pod = `${this.#name}_${this.#namespace}(${this.#uid})`;
    if (seconds > 0) {
      this.#set(name, list, (status) => ({
        ...status,
        lastState: status.state,
        state: {
          waiting: {
            reason: "CrashLoopBackOff",
            message: `back-off ${seconds}s restarting failed container=${name} pod=${pod}`,
          },
        },
      }));
      this.#record(
        {
          type: "Warning",
          reason: "BackOff",
          message: `Back-off restarting failed container ${name} in pod ${pod}`,
        },
        name,
      );
      await this.#sleep(seconds);
    }
    this.#set(name, list, ({ state, lastState, ...status }) => ({
      ...status,
      lastState: state.terminated ? state : lastState,
      state: { waiting: { reason: "ContainerCreating" } },
      restartCount: status.restartCount + 1,
    }));
  }

  async #runOnce(container: Container, list: Statuses): Promise<{ exitCode: number }> {
    const { name } = container;
    const image = await this.#pull(container, list);
    const environment = await this.#configure(container, list, image);
    const run = this.#statusOf(name, list)?.restartCount ?? 0;
    const process = await ContainerProcess.start({
      container,
      image,
      environment,
      root: join(this.#directory, "containers", name, "root"),
      volumes: join(this.#directory, "volumes"),
      podName: this.#name,
      trust: this.#trust,
      log: this.#cluster.logs.open(this.#uid, name, run),
      now: () => this.#cluster.azure.clock.now(),
    });
    this.#record(
      { type: "Normal", reason: "Created", message: `Created container: ${name}` },
      name,
    );
    const startedAt = this.#cluster.timestamp();
    const containerID = this.#containerId(name, run);
    this.#processes.set(name, process);
    if (this.#stop.signal.aborted) process.kill();
    const exit = await Promise.race([process.ended, this.#running(process)]);
    if (exit === undefined) {
      this.#record(
        { type: "Normal", reason: "Started", message: `Started container ${name}` },
        name,
      );
      this.#set(name, list, (status) => ({
        ...status,
        state: { running: { startedAt } },
        ready: list === "containerStatuses",
        started: true,
        imageID: `${container.image.replace(/[:@][^/]*$/, "")}@${image.digest}`,
        containerID,
      }));
    }
    const ended = exit ?? (await process.ended);
    this.#processes.delete(name);
    this.#finish(container, list, ended, startedAt, containerID);
    return ended;
  }

  /** Resolves, without a value, once the process has not failed to start. */
  #running({ ended }: ContainerProcess): Promise<undefined> {
    return new Promise((resolve) => {
      const timer = setImmediate(() => {
        resolve(undefined);
      });
      void ended.then(() => {
        clearImmediate(timer);
      });
    });
  }

  #finish(
    { name, image }: Container,
    list: Statuses,
    { exitCode, reason, message }: Exit,
    startedAt: string,
    containerID: string,
  ): void {
    if (reason === "StartError") {
      this.#record({ type: "Warning", reason: "Failed", message: `Error: ${message ?? ""}` }, name);
    }
    const finishedAt = this.#cluster.timestamp();
    this.#set(name, list, (status) => ({
      ...status,
      image,
      ready: list === "initContainerStatuses" && exitCode === 0,
      started: false,
      containerID,
      state: {
        terminated: {
          exitCode,
          reason,
          ...(message !== undefined && { message }),
          startedAt: reason === "StartError" ? null : startedAt,
          finishedAt,
          containerID,
        },
      },
    }));
  }

  /** In the form of containerd's: 64 hexadecimal digits. */
  #containerId(name: string, run: number): string {
    const hash = createHash("sha256").update(`${this.#uid}/${name}/${run}`).digest("hex");
    return `containerd://${hash}`;
  }

  async #pull(container: Container, list: Statuses): Promise<PulledImage> {
    const backOff = new BackOff(this.#cluster.azure.clock, 10);
    for (;;) {
      this.#throwIfStopped();
      try {
        return pullImage(this.#cluster, container, (event) => {
          this.#record(event, container.name);
        });
      } catch (error) {
        if (!(error instanceof ImagePullError)) throw error;
        const { reason, message } = error;
        this.#wait(container, list, reason, message);
        this.#record(
          { type: "Warning", reason: "Failed", message: `Error: ${reason}` },
          container.name,
        );
        if (reason !== "ErrImagePull") {
          await this.#sleep(SYNC_SECONDS);
          continue;
        }
        await this.#pullLater(container, list, message, backOff.next());
      }
    }
  }

  /** The first error is shown for a moment, then the pause. */
  async #pullLater(
    container: Container,
    list: Statuses,
    message: string,
    seconds: number,
  ): Promise<void> {
    const { image, name } = container;
    const shown = Math.min(1, seconds);
    await this.#sleep(shown);
    this.#wait(
      container,
      list,
      "ImagePullBackOff",
      `Back-off pulling image "${image}": ErrImagePull: ${message}`,
    );
    this.#record(
      { type: "Normal", reason: "BackOff", message: `Back-off pulling image "${image}"` },
      name,
    );
    this.#record({ type: "Warning", reason: "Failed", message: "Error: ImagePullBackOff" }, name);
    await this.#sleep(seconds - shown);
  }

  async #configure(
    container: Container,
    list: Statuses,
    image: PulledImage,
  ): Promise<Record<string, string>> {
    for (;;) {
      this.#throwIfStopped();
      const pod = this.#pod();
      if (!pod) throw new Stopped();
      try {
        checkUser(pod, container, image.config.user);
        return containerEnvironment(this.#cluster, pod, container);
      } catch (error) {
        if (!(error instanceof ContainerConfigError)) throw error;
        const { message } = error;
        this.#wait(container, list, "CreateContainerConfigError", message);
        this.#record(
          { type: "Warning", reason: "Failed", message: `Error: ${message}` },
          container.name,
        );
        await this.#sleep(SYNC_SECONDS);
      }
    }
  }

  #wait(container: Container, list: Statuses, reason: string, message: string): void {
    this.#set(container.name, list, (status) => ({
      ...status,
      state: { waiting: { reason, message } },
    }));
  }

  #statusOf(name: string, list: Statuses): ContainerStatus | undefined {
    return this.#pod()?.status[list]?.find((status) => status.name === name);
  }

  #set(name: string, list: Statuses, change: (status: ContainerStatus) => ContainerStatus): void {
    this.#update(({ status }) => {
      status[list] = status[list]?.map((entry) => (entry.name === name ? change(entry) : entry));
    });
  }

  #update(change: (pod: Pod) => void): void {
    const pod = this.#pod();
    if (!pod) return;
    change(pod);
    pod.status = completeStatus(pod, pod.status, this.#cluster.timestamp());
    this.#cluster.objects.put("pods", pod);
  }

  /** The pod's object, unless it is gone or another one has its name. */
  #pod(): Pod | undefined {
    const pod = this.#cluster.objects.get("pods", this.#namespace, this.#name) as Pod | undefined;
    return pod?.metadata.uid === this.#uid ? pod : undefined;
  }

  #record(event: Omit<EventText, "fieldPath">, container?: string): void {
    const pod = this.#pod();
    if (!pod) return;
    const isInit = pod.spec.initContainers?.some(({ name }) => name === container) ?? false;
    recordEvent(this.#cluster, pod, "kubelet", {
      ...event,
      ...(container !== undefined && {
        fieldPath: `spec.${isInit ? "initContainers" : "containers"}{${container}}`,
      }),
    });
  }

  #after(seconds: number, task: () => void): void {
    const cancel = this.#cluster.azure.clock.after(seconds * 1000, () => {
      this.#timers.delete(cancel);
      task();
    });
    this.#timers.add(cancel);
  }

  #sleep(seconds: number): Promise<void> {
    this.#throwIfStopped();
    return new Promise((resolve, reject) => {
      const stopped = () => {
        reject(new Stopped());
      };
      this.#stop.signal.addEventListener("abort", stopped, { once: true });
      this.#after(seconds, () => {
        this.#stop.signal.removeEventListener("abort", stopped);
        resolve();
      });
    });
  }

  #throwIfStopped(): void {
    if (this.#stop.signal.aborted) throw new Stopped();
  }
}

/**
 * Source: k8s.io/kubernetes/pkg/kubelet/kuberuntime/security_context.go, `verifyRunAsNonRoot`.
 *
 * @throws ContainerConfigError when the image would run as root and must not.
 */
const checkUser = (pod: Pod, container: Container, imageUser: string): void => {
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
