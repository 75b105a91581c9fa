import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { trustBundles } from "../../core/trust";
import type { Cluster } from "../cluster";
import type { Container, ContainerStatus, Pod } from "../pod";
import type { ContainerProcess } from "./container-process";
import { ContainerRunner, type PodPlace } from "./container-runner";
import { Pauses, Stopped } from "./pauses";
import { PodRecord, type Statuses } from "./pod-record";
import { waitingStatus } from "./pod-status";
import { schedule } from "./scheduler";
import { VolumeError, writeVolumes } from "./volumes";

const MOUNT_RETRY_SECONDS = 2;

/**
 * Runs one pod, as a kubelet does: volumes, init containers one after another, then its containers; restarts them
 * by the pod's policy, and ends them when the pod is deleted.
 */
export class PodWorker {
  readonly #cluster: Cluster;
  readonly #pod: PodRecord;
  readonly #directory: string;
  readonly #pauses: Pauses;
  readonly #runners = new Set<ContainerRunner>();
  #ended: Promise<void> = Promise.resolve();
  #isTerminating = false;

  constructor(cluster: Cluster, pod: Pod) {
    this.#cluster = cluster;
    this.#pod = new PodRecord(cluster, pod);
    this.#directory = join(cluster.directory, this.#pod.uid);
    this.#pauses = new Pauses(cluster.azure.clock);
  }

  start(): void {
    this.#ended = this.#run().catch((error: unknown) => {
      if (error instanceof Stopped) return;
      this.#pod.record({
        type: "Warning",
        reason: "FailedCreatePodSandBox",
        message: `Failed to create pod sandbox: ${(error as Error).message}`,
      });
      this.#cluster.azure.log(
        `pod ${this.#pod.namespace}/${this.#pod.name}: ${(error as Error).message}`,
      );
    });
  }

  /** Ends the pod within its grace period; then its object goes. A second time may shorten that period. */
  async terminate(graceSeconds: number): Promise<void> {
    if (this.#isTerminating) {
      this.#killAfter(graceSeconds, this.#processes());
      return;
    }
    this.#isTerminating = true;
    this.#pauses.stop();
    for (const { name, process } of this.#runners) {
      if (!process) continue;
      const message = `Stopping container ${name}`;
      this.#pod.record({ type: "Normal", reason: "Killing", message }, name);
    }
    await this.#endProcesses(graceSeconds);
    await this.#ended;
    const pod = this.#pod.get();
    if (!pod) return;
    if (((pod.metadata.finalizers as string[] | undefined) ?? []).length > 0) {
      pod.metadata.deletionGracePeriodSeconds = 0;
      this.#cluster.objects.put("pods", pod);
    } else {
      this.#cluster.objects.remove("pods", this.#pod.namespace, this.#pod.name);
    }
  }

  /** Ends the pod's processes at once and leaves its object as it is, for the next start. */
  async abandon(): Promise<void> {
    this.#pauses.stop();
    const processes = this.#processes();
    for (const process of processes) process.kill();
    await Promise.all(processes.map(({ ended }) => ended));
    await this.#ended;
  }

  /** Removes what the pod left on this machine; its object is gone. */
  async discard(): Promise<void> {
    await this.abandon();
    this.#cluster.logs.forget(this.#pod.uid);
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Writes the volumes again, after what they show has changed. */
  refreshVolumes(): void {
    const pod = this.#pod.get();
    if (!pod || this.#pauses.isStopped) return;
    try {
      writeVolumes(this.#cluster, pod, join(this.#directory, "volumes"));
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      this.#failedMount(error);
    }
  }

  #processes(): ContainerProcess[] {
    return [...this.#runners].flatMap(({ process }) => process ?? []);
  }

  async #endProcesses(graceSeconds: number): Promise<void> {
    const processes = this.#processes();
    if (processes.length === 0) return;
    for (const process of processes) process.terminate();
    this.#killAfter(graceSeconds, processes);
    await Promise.all(processes.map(({ ended }) => ended));
  }

  #killAfter(seconds: number, processes: readonly ContainerProcess[]): void {
    const cancel = this.#cluster.azure.clock.after(seconds * 1000, () => {
      for (const process of processes) process.kill();
    });
    void Promise.all(processes.map(({ ended }) => ended)).then(cancel);
  }

  async #run(): Promise<void> {
    const found = this.#pod.get();
    if (!found) return;
    const pod = schedule(this.#cluster, found, () => {
      if (!this.#pauses.isStopped) this.start();
    });
    if (!pod) return;
    const place = this.#prepare(pod);
    this.#watchDeadline(pod);
    await this.#mountVolumes(pod);
    const { initContainers = [], containers, restartPolicy } = pod.spec;
    for (const container of initContainers) {
      const exit = await this.#runContainer(container, "initContainerStatuses", place);
      if (exit.exitCode !== 0 && restartPolicy === "Never") return;
    }
    await Promise.all(
      containers.map((container) => this.#runContainer(container, "containerStatuses", place)),
    );
  }

  /** The pod's first status, or after a restart of the local Azure its last one without the lost processes. */
  #prepare({ spec, status }: Pod): PodPlace {
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
    const trust = {
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
    this.#pod.update((pod) => {
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
    return { directory: this.#directory, trust };
  }

  async #runContainer(
    container: Container,
    list: Statuses,
    place: PodPlace,
  ): Promise<{ exitCode: number }> {
    const runner = new ContainerRunner(this.#pod, this.#pauses, place, { container, list });
    this.#runners.add(runner);
    return runner.run();
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
    this.#pauses.after(Math.max(0, left) / 1000, () => {
      this.#pod.update((pod) => {
        pod.status.reason = "DeadlineExceeded";
        pod.status.message = "Pod was active on the node longer than the specified deadline";
      });
      this.#pod.record({
        type: "Normal",
        reason: "DeadlineExceeded",
        message: "Pod was active on the node longer than the specified deadline",
      });
      this.#pauses.stop();
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
        await this.#pauses.sleep(MOUNT_RETRY_SECONDS);
      }
    }
  }

  #failedMount({ volume, message }: VolumeError): void {
    this.#pod.record({
      type: "Warning",
      reason: "FailedMount",
      message: `MountVolume.SetUp failed for volume "${volume}" : ${message}`,
    });
  }

  #refreshAfter(seconds: number): void {
    this.#pauses.after(seconds, () => {
      this.refreshVolumes();
      this.#refreshAfter(seconds);
    });
  }
}
