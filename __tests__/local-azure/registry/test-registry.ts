import { composePlanes, type ComposedPlanes } from "../composed-planes";
import { ManualClock } from "../manual-clock";
import type { Store } from "../../../local-azure/core/store";
import type { RegistryRun, RegistryRunRequest } from "../../../local-azure/core/planes";

export const PULL = "Microsoft.ContainerRegistry/registries/pull/read";
export const PUSH = "Microsoft.ContainerRegistry/registries/push/write";

const ENDED = ["Succeeded", "Failed", "Canceled", "Timeout"];

/** A registry, `MyRegistry`, in which a test runs tasks. */
export class TestRegistry {
  readonly clock = new ManualClock();
  readonly planes: ComposedPlanes;
  readonly loginServer: string;
  readonly id =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/MyRegistry";
  readonly properties: Record<string, unknown> = { anonymousPullEnabled: false };
  #runs = 0;

  constructor(options: { store?: Store; workDirectory?: string } = {}) {
    this.planes = composePlanes({ clock: this.clock, ...options });
    this.loginServer = this.planes.registry.loginServer("MyRegistry");
    this.add("MyRegistry", this.id, this.properties);
  }

  add(name: string, id: string, properties: Record<string, unknown>): void {
    this.planes.arm.resources.push({
      id,
      name,
      type: "Microsoft.ContainerRegistry/registries",
      properties,
    });
  }

  /** Lets somebody do this in the registry. */
  grant(...actions: string[]): void {
    for (const action of actions) {
      this.planes.arm.grants.push({ principalId: "someone", action, scope: this.id });
    }
  }

  start(
    task: string | readonly string[],
    more: Partial<Pick<RegistryRunRequest, "timeoutSeconds" | "taskName">> & {
      readonly values?: readonly { name: string; value: string }[];
      readonly valuesContent?: string;
      readonly contextPath?: string;
    } = {},
  ): RegistryRun {
    const { values = [], valuesContent, contextPath, ...request } = more;
    return this.planes.registry.startRun({
      registryName: "MyRegistry",
      runId: `ca${++this.#runs}`,
      timeoutSeconds: 3600,
      step: {
        type: "EncodedTask",
        taskContent: [task].flat().join("\n"),
        values,
        ...(valuesContent !== undefined && { valuesContent }),
        ...(contextPath !== undefined && { contextPath }),
      },
      ...request,
    });
  }

  /** Runs a task to its end. */
  async run(...given: Parameters<TestRegistry["start"]>): Promise<RegistryRun> {
    const run = this.start(...given);
    await ended(run);
    return run;
  }

  /** Builds and pushes images that hold one file each. */
  async push(...images: readonly { name: string; content?: string }[]): Promise<void> {
    const run = await this.run([
      "version: v1.1.0",
      "steps:",
      ...images.flatMap(({ name, content = name }, index) => [
        `  - cmd: bash -c 'mkdir -p ${index} && echo ${content} > ${index}/file && printf "FROM scratch\\nCOPY file /\\n" > ${index}/Dockerfile'`,
        `  - build: -t $Registry/${name} ${index}`,
        `  - push: ["$Registry/${name}"]`,
      ]),
    ]);
    if (run.status() !== "Succeeded") throw new Error(run.log());
  }

  close(): Promise<void> {
    return this.planes.close();
  }
}

/** Waits, in real time, for the processes of a run. */
export const ended = async (run: RegistryRun): Promise<void> => {
  const end = Date.now() + 20_000;
  while (!ENDED.includes(run.status())) {
    if (Date.now() > end) throw new Error(`the run has not ended:\n${run.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Waits until a run has written a line. */
export const logged = async (run: RegistryRun, line: string): Promise<void> => {
  const end = Date.now() + 20_000;
  while (!run.log().split("\n").includes(line)) {
    if (Date.now() > end) throw new Error(`"${line}" is not in the log:\n${run.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
