import { spawn } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { prepareEngine } from "../../engine";
import { type LocalAzureProcess, startLocalAzure } from "../../commands/local-azure-process";

// A deploy takes half a minute; the first run of all builds an engine and the providers.
jest.setTimeout(30 * 60_000);

const root = resolve(__dirname, "../..");
const notCopied = new Set([".git", "node_modules", "cdktf.out", "__tests__", ".local-azure"]);

export interface Ended {
  readonly code: number | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** A change that a plan has for a resource. */
export interface PlannedChange {
  readonly address: string;
  readonly actions: readonly string[];
}

/**
 * A copy of the project in a folder of its own, with a local Azure of its own: what a user has after cloning.
 * A test may change its files.
 */
export class Checkout {
  readonly directory: string;

  private constructor(
    readonly azure: LocalAzureProcess,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.directory = mkdtempSync(join(tmpdir(), "checkout-"));
    for (const entry of readdirSync(root)) {
      if (notCopied.has(entry) || entry.includes(".tfstate")) continue;
      cpSync(join(root, entry), join(this.directory, entry), {
        recursive: true,
        filter: (path) => !path.includes("node_modules"),
      });
    }
    symlinkSync(join(root, "node_modules"), join(this.directory, "node_modules"));
  }

  /** @param more - Further variables of all that is run. */
  static async create(more: NodeJS.ProcessEnv = {}): Promise<Checkout> {
    const engine = await prepareEngine();
    const azure = await startLocalAzure();
    return new Checkout(azure, {
      ...process.env,
      ...azure.environment,
      ...engine.environment,
      FORCE_COLOR: "0",
      CI: "true",
      ...more,
    });
  }

  /** Runs one of package.json's scripts. */
  async npm(script: string, ...args: string[]): Promise<Ended> {
    return this.run("npm", ["run", "--silent", script, "--", ...args]);
  }

  /** What the engine plans for the stack, apart from resources without a change. */
  async plan(environment = "dev", ...flags: string[]): Promise<PlannedChange[]> {
    const directory = join(this.directory, "cdktf.out/stacks", environment);
    const synth = await this.npm("synth");
    if (synth.code !== 0) throw new Error(synth.output);
    await this.engine(directory, "init", "-input=false");
    await this.engine(directory, "plan", "-input=false", "-out=plan", ...flags);
    const shown = await this.engine(directory, "show", "-json", "plan");
    const { resource_changes: changes = [] } = JSON.parse(shown) as {
      resource_changes?: { address: string; change: { actions: string[] } }[];
    };
    return changes
      .map(({ address, change: { actions } }) => ({ address, actions }))
      .filter(({ actions }) => !["no-op", "read"].includes(actions.join()));
  }

  /** The outputs in the state, by name. */
  async outputs(environment = "dev"): Promise<Record<string, string>> {
    const directory = join(this.directory, "cdktf.out/stacks", environment);
    const printed = JSON.parse(await this.engine(directory, "output", "-json")) as Record<
      string,
      { value: string }
    >;
    return Object.fromEntries(Object.entries(printed).map(([name, { value }]) => [name, value]));
  }

  stateFile(environment = "dev"): string {
    return readFileSync(join(this.directory, `terraform.${environment}.tfstate`), "utf8");
  }

  /**
   * Changes a file.
   *
   * @returns A function that puts it back.
   * @throws Error when the edit changes nothing: the test would then show nothing.
   */
  edit(file: string, change: (text: string) => string): () => void {
    const path = join(this.directory, file);
    const before = readFileSync(path, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`The edit of ${file} changes nothing.`);
    writeFileSync(path, after);
    return () => {
      writeFileSync(path, before);
    };
  }

  async run(
    command: string,
    args: readonly string[],
    cwd = this.directory,
    onOutput?: (text: string, stop: (signal: NodeJS.Signals) => void) => void,
  ): Promise<Ended> {
    const child = spawn(command, args, { cwd, env: this.environment, stdio: "pipe" });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        onOutput?.(text, (signal) => child.kill(signal));
      });
    }
    child.stdin.end();
    const code = await new Promise<number | null>((done, failed) => {
      child.on("error", failed).on("close", done);
    });
    return { code, output };
  }

  async close(): Promise<void> {
    await this.azure.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /**
   * Runs the engine itself.
   *
   * @throws Error with what it printed, when it fails.
   */
  async engine(directory: string, ...args: string[]): Promise<string> {
    const binary = this.environment.TERRAFORM_BINARY_NAME ?? "terraform";
    const { code, output } = await this.run(binary, args, directory);
    if (code !== 0) throw new Error(`${binary} ${args.join(" ")} failed:\n${output}`);
    return output;
  }
}
