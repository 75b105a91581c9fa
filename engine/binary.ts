import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { OLDEST_TERRAFORM } from "./versions";

const run = promisify(execFile);

/** A Terraform or OpenTofu that runs. */
export interface EngineBinary {
  /** A name on `PATH` or a path. */
  readonly command: string;
  readonly product: "Terraform" | "OpenTofu";
  readonly version: string;
}

/**
 * Asks an engine for its version.
 *
 * @returns Nothing when there is no such program.
 * @throws Error when it is there and does not answer, or is too old.
 */
export async function identify(
  command: string,
  environment: NodeJS.ProcessEnv,
): Promise<EngineBinary | undefined> {
  let output: string;
  try {
    const { stdout } = await run(command, ["version", "-json"], {
      // A broken CLI configuration is no reason to refuse the engine.
      env: { ...environment, TF_CLI_CONFIG_FILE: undefined, CHECKPOINT_DISABLE: "1" },
    });
    output = stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`\`${command} version\` failed: ${(error as Error).message}`, { cause: error });
  }
  const version = /"terraform_version":\s*"([^"]+)"/.exec(output)?.[1];
  if (version === undefined) {
    throw new Error(
      `\`${command} version -json\` is neither Terraform's nor OpenTofu's: ${output}`,
    );
  }
  if (older(version, OLDEST_TERRAFORM)) {
    throw new Error(
      `${command} is version ${version}; ${OLDEST_TERRAFORM} or newer is needed. ` +
        "TERRAFORM_BINARY_NAME can name another one.",
    );
  }
  return { command, product: await productOf(command, environment), version };
}

async function productOf(
  command: string,
  environment: NodeJS.ProcessEnv,
): Promise<EngineBinary["product"]> {
  const { stdout } = await run(command, ["version"], {
    env: { ...environment, TF_CLI_CONFIG_FILE: undefined, CHECKPOINT_DISABLE: "1" },
  });
  return stdout.includes("OpenTofu") ? "OpenTofu" : "Terraform";
}

function older(version: string, oldest: string): boolean {
  const [a, b] = [version, oldest].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
