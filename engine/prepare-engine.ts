import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { OPENTOFU, PROVIDERS, type Artifact } from "./artifact";
import { identify, type EngineBinary } from "./binary";
import { Cache, cacheDirectory, type Build } from "./cache";
import { Go } from "./go";
import { withInterrupt } from "./interrupt";
import { withLock } from "./lock";
import { fillMirror } from "./mirror";
import { Progress, type Terminal } from "./progress";
import { registryAnswers } from "./registry";

/** An engine and where its providers come from. */
export interface PreparedEngine {
  readonly engine: EngineBinary;
  readonly providers: "user" | "registry" | "mirror";
  /** To be set on top of the process's environment for cdktf and for the engine itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** One line for the user: engine, origin of the providers, and which of them are stand-ins. */
  readonly description: string;
}

/** What {@link prepareEngine} looks at. */
export interface PrepareEngineOptions {
  /** @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
  /** Where progress goes. @default process.stderr */
  readonly terminal?: Terminal;
  /** @default `toolchain/` of this repository */
  readonly toolchain?: string;
  /** Builds one artifact. @default `go build` */
  readonly build?: Build;
  /** Whether a provider registry answers. @default {@link registryAnswers} */
  readonly probe?: (host: string) => Promise<boolean>;
}

/**
 * Chooses an engine and its providers, and builds what is missing.
 *
 * The engine is the one that TERRAFORM_BINARY_NAME names, else `terraform` or `tofu` on `PATH`, else
 * OpenTofu built by `toolchain/`. The providers are those that the user's TF_CLI_CONFIG_FILE leads
 * to, else the registry's when it answers, else a filesystem mirror that `toolchain/` fills.
 *
 * @throws Error when TERRAFORM_BINARY_NAME names nothing that runs, or when a build fails.
 */
export async function prepareEngine(options: PrepareEngineOptions = {}): Promise<PreparedEngine> {
  const {
    environment: given = process.env,
    terminal = process.stderr,
    toolchain = join(__dirname, "..", "toolchain"),
    probe = registryAnswers,
  } = options;
  const progress = new Progress(terminal);
  const cache = new Cache(cacheDirectory(given), toolchain);
  const environment = withoutOwn(given, cache.directory);
  const chosen = await chooseEngine(environment);
  const engine: EngineBinary = chosen ?? {
    command: cache.path(OPENTOFU),
    product: "OpenTofu",
    version: OPENTOFU.version,
  };
  const { providers, registry, reachable } = await chooseProviders(engine, environment, probe);
  const reasons = [
    ...(chosen === undefined ? ["neither terraform nor tofu is on PATH"] : []),
    ...(providers === "mirror" ? [`${registry} does not answer`] : []),
  ];
  const wanted: readonly Artifact[] = [
    ...(chosen === undefined ? [OPENTOFU] : []),
    ...(providers === "mirror" ? PROVIDERS : []),
  ];
  await withInterrupt((signal) =>
    ensure(
      cache,
      wanted,
      reasons.join(", "),
      progress,
      signal,
      options.build ?? goBuild(new Go(toolchain, progress, signal, environment)),
    ),
  );
  return {
    engine,
    providers,
    description: describe(engine, providers),
    environment: {
      TERRAFORM_BINARY_NAME: engine.command,
      CHECKPOINT_DISABLE: "1",
      // cdktf's `providers lock` asks the registry, whatever the mirror: this is `--skip-provider-lock`.
      ...(reachable ? {} : { CDKTF_SKIP_PROVIDER_LOCK: "true" }),
      ...(providers === "mirror" ? mirrorEnvironment(await fillMirror(cache, PROVIDERS)) : {}),
    },
  };
}

/**
 * Leaves out what an earlier run gave to the user's shell (`npm run local` prints it), so that it is
 * checked and kept up to date as on the first run.
 */
function withoutOwn(given: NodeJS.ProcessEnv, cache: string): NodeJS.ProcessEnv {
  const environment = { ...given };
  for (const name of ["TERRAFORM_BINARY_NAME", "TF_CLI_CONFIG_FILE"]) {
    if (environment[name]?.startsWith(cache + sep) === true)
      Reflect.deleteProperty(environment, name);
  }
  return environment;
}

async function chooseEngine(environment: NodeJS.ProcessEnv): Promise<EngineBinary | undefined> {
  const named = environment.TERRAFORM_BINARY_NAME;
  if (named !== undefined && named !== "") {
    const engine = await identify(named, environment);
    if (engine === undefined) {
      throw new Error(
        `TERRAFORM_BINARY_NAME is "${named}": there is no such program. ` +
          "Give the name of one on PATH or a path, or unset it.",
      );
    }
    return engine;
  }
  return (await identify("terraform", environment)) ?? (await identify("tofu", environment));
}

async function chooseProviders(
  engine: EngineBinary,
  environment: NodeJS.ProcessEnv,
  probe: (host: string) => Promise<boolean>,
): Promise<{
  readonly providers: PreparedEngine["providers"];
  readonly registry: string;
  readonly reachable: boolean;
}> {
  const configuration = environment.TF_CLI_CONFIG_FILE;
  const registry =
    engine.product === "OpenTofu" ? "registry.opentofu.org" : "registry.terraform.io";
  const reachable = await probe(registry);
  if (configuration !== undefined && existsSync(configuration)) {
    return { providers: "user", registry, reachable };
  }
  return { providers: reachable ? "registry" : "mirror", registry, reachable };
}

function goBuild(go: Go): Build {
  return async (artifact, output) => {
    await go.check(artifact);
    await go.build(artifact, output);
  };
}

/** Builds what is missing or damaged; one run at a time. */
async function ensure(
  cache: Cache,
  wanted: readonly Artifact[],
  reason: string,
  progress: Progress,
  signal: AbortSignal,
  build: Build,
): Promise<void> {
  const unusable = async (): Promise<Artifact[]> => {
    const states = await Promise.all(wanted.map((artifact) => cache.check(artifact)));
    return wanted.filter((_, index) => states[index] !== "present");
  };
  if ((await unusable()).length === 0) return;
  await mkdir(cache.directory, { recursive: true });
  await withLock(cache.directory, progress, signal, async () => {
    const missing = await unusable(); // another run may have built it meanwhile
    progress.expect(missing.length);
    if (missing.length > 0) {
      progress.say(
        `Building ${missing.map(({ name }) => name).join(", ")} with Go: ${reason}. ` +
          `Kept in ${cache.directory}.`,
      );
    }
    for (const artifact of missing) {
      if ((await cache.check(artifact)) === "damaged") {
        progress.say(`${cache.path(artifact)} is damaged and is built again.`);
      }
      await cache.build(artifact, build);
    }
  });
}

function mirrorEnvironment(configuration: string): Record<string, string> {
  return {
    TF_CLI_CONFIG_FILE: configuration,
    // cdktf would copy every provider into a plugin cache of its own.
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
    // The description tells which providers are stand-ins; they need not repeat it.
    STAND_IN_PROVIDERS_TOLD: "1",
  };
}

function describe(engine: EngineBinary, providers: PreparedEngine["providers"]): string {
  const name = `${engine.product} ${engine.version} (${engine.command})`;
  switch (providers) {
    case "user":
      return `${name}; providers as TF_CLI_CONFIG_FILE says`;
    case "registry":
      return `${name}; providers from the registry`;
    case "mirror": {
      const list = PROVIDERS.map(
        ({ name: type, version, standIn }) => `${type} ${version}${standIn ? " (stand-in)" : ""}`,
      );
      return `${name}; the Terraform registry does not answer, so the providers are built here: ${list.join(", ")}`;
    }
  }
}
