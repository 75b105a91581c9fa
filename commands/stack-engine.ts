import { spawn } from "node:child_process";

/** A state file as `state pull` prints it: the fields that are read here. */
export interface State {
  readonly serial: number;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly provider: string;
  }[];
}

/** The engine in one synthesized stack's folder, for what cdktf has no verb for. */
export class StackEngine {
  readonly #binary: string;

  /**
   * @param directory - `cdktf.out/stacks/<environment>`.
   * @param environment - What `prepareEngine` returned, on top of the process's own.
   */
  constructor(
    readonly directory: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.#binary = environment.TERRAFORM_BINARY_NAME ?? "terraform";
  }

  /** A no-op when the folder is initialized already. */
  async init(): Promise<void> {
    await this.#run(["init", "-input=false", "-no-color"]);
  }

  /** What `output -json` prints. */
  async output(): Promise<string> {
    return this.#run(["output", "-json", "-no-color"]);
  }

  async state(): Promise<State> {
    const text = await this.pullState();
    return text.trim() === "" ? { serial: 0, resources: [] } : (JSON.parse(text) as State);
  }

  async pullState(): Promise<string> {
    return this.#run(["state", "pull"]);
  }

  async pushState(text: string): Promise<void> {
    await this.#run(["state", "push", "-force", "-"], text);
  }

  async forget(addresses: readonly string[]): Promise<void> {
    await this.#run(["state", "rm", ...addresses]);
  }

  /** The actions that a plan limited to one resource has for it, such as `["delete", "create"]`. */
  async plannedActions(address: string): Promise<string[]> {
    interface PlannedChange {
      readonly type: string;
      readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
    }
    const lines = await this.#run(["plan", "-json", "-input=false", `-target=${address}`]);
    return lines
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as PlannedChange)
      .filter(({ type, change }) => type === "planned_change" && change?.resource.addr === address)
      .map(({ change }) => change?.action ?? "");
  }

  async #run(args: string[], input?: string): Promise<string> {
    const child = spawn(this.#binary, args, {
      cwd: this.directory,
      env: this.environment,
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end(input);
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject).on("close", resolve);
    });
    if (code !== 0) {
      throw new Error(`${this.#binary} ${args.slice(0, 2).join(" ")} failed:\n${errors || output}`);
    }
    return output;
  }
}
