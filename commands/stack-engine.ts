import { type Engine, runEngine } from "../engine";

/** A state file as `state pull` prints it: the fields that are read here. */
export interface State {
  readonly serial: number;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly provider: string;
    readonly instances?: readonly { readonly attributes: { readonly id?: string } }[];
  }[];
}

/** The engine in one synthesized stack's folder, for what cdktf has no verb for. */
export class StackEngine implements Engine {
  readonly binary: string;

  /**
   * @param directory - `cdktf.out/stacks/<environment>`.
   * @param environment - What `prepareEngine` returned, on top of the process's own.
   */
  constructor(
    readonly directory: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {
    this.binary = environment.TERRAFORM_BINARY_NAME ?? "terraform";
  }

  /** A no-op when the folder is initialized already. */
  async init(): Promise<void> {
    await runEngine(this, ["init", "-input=false", "-no-color"]);
  }

  /** What `output -json` prints. */
  async output(): Promise<string> {
    return runEngine(this, ["output", "-json", "-no-color"]);
  }

  async state(): Promise<State> {
    const text = await this.pullState();
    return text.trim() === "" ? { serial: 0, resources: [] } : (JSON.parse(text) as State);
  }

  async pullState(): Promise<string> {
    return runEngine(this, ["state", "pull"]);
  }

  async pushState(text: string): Promise<void> {
    await runEngine(this, ["state", "push", "-force", "-"], { input: text });
  }

  async forget(addresses: readonly string[]): Promise<void> {
    await runEngine(this, ["state", "rm", ...addresses]);
  }

  /** The actions that a plan limited to one resource has for it, such as `["delete", "create"]`. */
  async plannedActions(address: string): Promise<string[]> {
    interface PlannedChange {
      readonly type: string;
      readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
    }
    const lines = await runEngine(this, ["plan", "-json", "-input=false", `-target=${address}`]);
    return lines
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as PlannedChange)
      .filter(({ type, change }) => type === "planned_change" && change?.resource.addr === address)
      .map(({ change }) => change?.action ?? "");
  }
}
