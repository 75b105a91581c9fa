import { createHash } from "node:crypto";
import { join } from "node:path";
import type { PulledImage } from "../../core/planes";
import type { Container, ContainerStatus } from "../pod";
import { BackOff } from "./back-off";
import { ContainerProcess, type Exit } from "./container-process";
import { containerEnvironment, ContainerConfigError } from "./environment";
import { ImagePullError, pullImage } from "./image-pull";
import { Stopped, type Pauses } from "./pauses";
import type { PodRecord, Statuses } from "./pod-record";
import { checkUser } from "./security-context";

/** How often a kubelet looks again for what was missing. */
const SYNC_SECONDS = 10;

/** Where a pod's containers live on this machine. */
export interface PodPlace {
  readonly directory: string;
  /** Files of certificates that the node trusts, by the variable that names them. */
  readonly trust: Readonly<Record<string, string>>;
}

/** Runs one container of a pod: image, configuration, process, and again by the pod's restart policy. */
export class ContainerRunner {
  readonly #pod: PodRecord;
  readonly #pauses: Pauses;
  readonly #place: PodPlace;
  readonly #container: Container;
  readonly #list: Statuses;
  #process: ContainerProcess | undefined;

  constructor(
    pod: PodRecord,
    pauses: Pauses,
    place: PodPlace,
    { container, list }: { readonly container: Container; readonly list: Statuses },
  ) {
    this.#pod = pod;
    this.#pauses = pauses;
    this.#place = place;
    this.#container = container;
    this.#list = list;
  }

  get name(): string {
    return this.#container.name;
  }

  /** The process that runs now. */
  get process(): ContainerProcess | undefined {
    return this.#process;
  }

  /** Runs the container until it will not run again. */
  async run(): Promise<{ exitCode: number }> {
    const { restartPolicy } = this.#pod.get()?.spec ?? {};
    // Init containers run to their end, and again only when they fail.
    const policy =
      this.#list === "initContainerStatuses" && restartPolicy === "Always"
        ? "OnFailure"
        : restartPolicy;
    // The first restart is at once.
    const backOff = new BackOff(this.#pod.cluster.azure.clock, 0);
    for (;;) {
      const past = this.#pod.statusOf(this.#container, this.#list);
      const exitCode = past?.state.terminated?.exitCode ?? (await this.#runOnce()).exitCode;
      this.#pauses.throwIfStopped();
      if (policy === "Never" || (policy === "OnFailure" && exitCode === 0)) return { exitCode };
      await this.#backOff(backOff.next());
    }
  }

  async #backOff(seconds: number): Promise<void> {
    const { name } = this.#container;
    const pod = `${this.#pod.name}_${this.#pod.namespace}(${this.#pod.uid})`;
    if (seconds > 0) {
      this.#set((status) => ({
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
        "Warning",
        "BackOff",
        `Back-off restarting failed container ${name} in pod ${pod}`,
      );
      await this.#pauses.sleep(seconds);
    }
    this.#set(({ state, lastState, ...status }) => ({
      ...status,
      lastState: state.terminated ? state : lastState,
      state: { waiting: { reason: "ContainerCreating" } },
      restartCount: status.restartCount + 1,
    }));
  }

  async #runOnce(): Promise<{ exitCode: number }> {
    const { name } = this.#container;
    const image = await this.#pull();
    const environment = await this.#configure(image);
    const run = this.#pod.statusOf(this.#container, this.#list)?.restartCount ?? 0;
    const process = await ContainerProcess.start({
      container: this.#container,
      image,
      environment,
      root: join(this.#place.directory, "containers", name, "root"),
      volumes: join(this.#place.directory, "volumes"),
      podName: this.#pod.name,
      trust: this.#place.trust,
      log: this.#pod.cluster.logs.open(this.#pod.uid, name, run),
      now: () => this.#pod.cluster.azure.clock.now(),
    });
    this.#record("Normal", "Created", `Created container: ${name}`);
    const startedAt = this.#pod.cluster.timestamp();
    const containerID = this.#containerId(run);
    this.#process = process;
    if (this.#pauses.isStopped) process.kill();
    const exit = await Promise.race([process.ended, this.#running(process)]);
    if (exit === undefined) {
      this.#record("Normal", "Started", `Started container ${name}`);
      this.#set((status) => ({
        ...status,
        state: { running: { startedAt } },
        ready: this.#list === "containerStatuses",
        started: true,
        imageID: `${this.#container.image.replace(/[:@][^/]*$/, "")}@${image.digest}`,
        containerID,
      }));
    }
    const ended = exit ?? (await process.ended);
    this.#process = undefined;
    this.#finish(ended, startedAt, containerID);
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

  #finish({ exitCode, reason, message }: Exit, startedAt: string, containerID: string): void {
    if (reason === "StartError") {
      this.#record("Warning", "Failed", `Error: ${message ?? ""}`);
    }
    const finishedAt = this.#pod.cluster.timestamp();
    this.#set((status) => ({
      ...status,
      image: this.#container.image,
      ready: this.#list === "initContainerStatuses" && exitCode === 0,
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
  #containerId(run: number): string {
    const hash = createHash("sha256")
      .update(`${this.#pod.uid}/${this.#container.name}/${run}`)
      .digest("hex");
    return `containerd://${hash}`;
  }

  async #pull(): Promise<PulledImage> {
    const backOff = new BackOff(this.#pod.cluster.azure.clock, 10);
    for (;;) {
      this.#pauses.throwIfStopped();
      try {
        return pullImage(this.#pod.cluster, this.#container, (event) => {
          this.#pod.record(event, this.#container.name);
        });
      } catch (error) {
        if (!(error instanceof ImagePullError)) throw error;
        const { reason, message } = error;
        this.#wait(reason, message);
        this.#record("Warning", "Failed", `Error: ${reason}`);
        if (reason !== "ErrImagePull") {
          await this.#pauses.sleep(SYNC_SECONDS);
          continue;
        }
        await this.#pullLater(message, backOff.next());
      }
    }
  }

  /** The first error is shown for a moment, then the pause. */
  async #pullLater(message: string, seconds: number): Promise<void> {
    const { image } = this.#container;
    const shown = Math.min(1, seconds);
    await this.#pauses.sleep(shown);
    this.#wait("ImagePullBackOff", `Back-off pulling image "${image}": ErrImagePull: ${message}`);
    this.#record("Normal", "BackOff", `Back-off pulling image "${image}"`);
    this.#record("Warning", "Failed", "Error: ImagePullBackOff");
    await this.#pauses.sleep(seconds - shown);
  }

  async #configure(image: PulledImage): Promise<Record<string, string>> {
    for (;;) {
      this.#pauses.throwIfStopped();
      const pod = this.#pod.get();
      if (!pod) throw new Stopped();
      try {
        checkUser(pod, this.#container, image.config.user);
        return containerEnvironment(this.#pod.cluster, pod, this.#container);
      } catch (error) {
        if (!(error instanceof ContainerConfigError)) throw error;
        const { message } = error;
        this.#wait("CreateContainerConfigError", message);
        this.#record("Warning", "Failed", `Error: ${message}`);
        await this.#pauses.sleep(SYNC_SECONDS);
      }
    }
  }

  #wait(reason: string, message: string): void {
    this.#set((status) => ({
      ...status,
      state: { waiting: { reason, message } },
    }));
  }

  #set(change: (status: ContainerStatus) => ContainerStatus): void {
    this.#pod.setStatus(this.#container, this.#list, change);
  }

  #record(type: "Normal" | "Warning", reason: string, message: string): void {
    this.#pod.record({ type, reason, message }, this.#container.name);
  }
}
