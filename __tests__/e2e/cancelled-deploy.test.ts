import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { prepareEngine } from "../../engine";

// The first run of all may build an engine.
jest.setTimeout(30 * 60_000);

const root = resolve(__dirname, "../..");
let folder: string;
let environment: NodeJS.ProcessEnv;

/** Two resources that need no provider; the second waits for the first, which takes its time. */
const program = `
import { mkdirSync, writeFileSync } from "node:fs";
const output = process.env.CDKTF_OUTDIR ?? "cdktf.out";
const directory = output + "/stacks/dev";
mkdirSync(directory, { recursive: true });
writeFileSync(
  output + "/manifest.json",
  JSON.stringify({ stacks: { dev: { workingDirectory: "stacks/dev" } } }),
);
const slow = { input: "1", provisioner: [{ "local-exec": { command: "test -f go || sleep 60" } }] };
writeFileSync(
  directory + "/cdk.tf.json",
  JSON.stringify({
    terraform: { backend: { local: { path: "../../../terraform.dev.tfstate" } } },
    resource: { terraform_data: { slow, later: { input: "\${terraform_data.slow.id}" } } },
  }),
);
`;

beforeAll(async () => {
  const engine = await prepareEngine();
  environment = { ...process.env, ...engine.environment, NPM_CONFIG_SCRIPT_SHELL: "bash" };
  folder = mkdtempSync(join(tmpdir(), "cancelled-"));
  for (const name of [
    "commands",
    "engine",
    "review",
    "toolchain",
    "package.json",
    "register-tsx.cjs",
    "tsconfig.json",
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "main.ts"), program);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A step as a workflow runs it; GitHub signals this process. */
class Step {
  output = "";
  readonly #child: ChildProcess;

  constructor(command: string) {
    this.#child = spawn("bash", ["-e", "-c", command], { cwd: folder, env: environment });
    const collect = (text: Buffer): void => void (this.output += text.toString());
    this.#child.stdout?.on("data", collect);
    this.#child.stderr?.on("data", collect);
  }

  async end(): Promise<number | null> {
    return new Promise((done) => this.#child.on("close", done));
  }

  async saying(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.#child.exitCode !== null) throw new Error(this.output);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  cancel(): void {
    this.#child.kill("SIGINT");
  }
}

const state = (): string => readFileSync(join(folder, "terraform.dev.tfstate"), "utf8");

test("a cancelled deploy ends with its state written, and the next goes on from there", async () => {
  const review = "npm run review -- --save-plans plans";
  await expect(new Step(review).end()).resolves.toBe(2);

  const deploy = new Step("exec npm run review -- dev --apply plans");
  await deploy.saying("terraform_data.slow: (local-exec): Executing");
  const cancelled = performance.now();
  deploy.cancel();
  await expect(deploy.end()).resolves.not.toBe(0);
  // GitHub kills what still runs after 7.5 s and another 2.5 s ("Workflow cancellation reference").
  expect(performance.now() - cancelled).toBeLessThan(7_500);
  expect(state()).toContain('"slow"');
  expect(state()).not.toContain('"later"');
  expect(existsSync(join(folder, ".terraform.dev.tfstate.lock.info"))).toBe(false);

  writeFileSync(join(folder, "cdktf.out/stacks/dev/go"), "");
  await expect(new Step(review).end()).resolves.toBe(2);
  const next = new Step("exec npm run review -- dev --apply plans");
  await expect(next.end()).resolves.toBe(0);
  expect(state()).toContain('"later"');
});
