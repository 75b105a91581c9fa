import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { Command } from "commander";
import { systemClock } from "./core/clock";
import { clientEnvironment, shellLines } from "./core/client-environment";
import { DEFAULTS, resolveSettings, saveSettings, type Settings } from "./core/settings";
import { Store } from "./core/store";
import { serverCertificate } from "./core/tls";
import { trustBundles } from "./core/trust";
import { createServer, type Server } from "./server";

interface Options {
  readonly port?: number;
  readonly state?: string;
  readonly tenant?: string;
  readonly subscription?: string;
  readonly json?: true;
  readonly verbose?: true;
}

/**
 * Milliseconds for which a poll is held back: a client without a delay asks hundreds of times a second, and the
 * Azure CLI, told that a cluster is not there yet, looks again after thirty seconds. Longer than any operation.
 */
const HOLD = 3000;

const program = new Command("local-azure")
  .description("A local Azure: one process, on this machine's loopback interface only.")
  .option(
    "--port <port>",
    `where to listen; 0 takes a free port (default: ${DEFAULTS.port})`,
    (text) => (/^\d+$/.test(text) ? Number(text) : NaN),
  )
  .option("--state <directory>", "keep the state there; without it the state ends with the process")
  .option("--tenant <id>", "the tenant's id")
  .option("--subscription <id>", "the subscription's id")
  .option("--json", "print the environment as one line of JSON instead of shell lines")
  .option("--verbose", "log every request to standard error")
  .action(run);

program.parseAsync().catch((error: unknown) => {
  console.error(`local-azure: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

async function run(options: Options): Promise<void> {
  const stateDirectory = options.state === undefined ? undefined : resolve(options.state);
  const store = new Store(stateDirectory);
  const wanted = resolveSettings(given(options), store);
  const certificate = await serverCertificate(store, systemClock);
  const current: { server?: Server } = {};
  const listener = createAdaptorServer({
    fetch: (request, env) =>
      current.server?.fetch(request, env) ?? new Response(null, { status: 503 }),
    createServer: createHttpsServer,
    serverOptions: {
      cert: certificate.certificate,
      key: certificate.privateKey,
      // A cluster's clients show a certificate of the cluster's own authority; the Kubernetes plane checks it.
      requestCert: true,
      rejectUnauthorized: false,
    },
  });
  const directory = stateDirectory ?? mkdtempSync(join(tmpdir(), "local-azure-"));
  let closing = false;
  const close = () => {
    // Who asks twice does not want to wait for pods and builds.
    if (closing) process.exit(130);
    closing = true;
    listener.close();
    if ("closeAllConnections" in listener) listener.closeAllConnections();
    Promise.resolve(current.server?.close())
      .then(async () => {
        // Images of thousands of files are gone sooner this way than on "exit".
        if (stateDirectory === undefined) await rm(directory, { recursive: true, force: true });
        process.exit(0);
      })
      .catch((error: unknown) => {
        console.error("local-azure: did not close cleanly:", error);
        process.exit(1);
      });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, close);
  // Who started this process with a channel to it is gone.
  process.on("disconnect", close);

  const port = await new Promise<number>((done, failed) => {
    listener.once("error", (error: NodeJS.ErrnoException) => {
      failed(error.code === "EADDRINUSE" ? portTaken(wanted.port) : error);
    });
    listener.listen(wanted.port, "127.0.0.1", () => {
      done((listener.address() as AddressInfo).port);
    });
  });
  const settings = { ...wanted, port };
  saveSettings(settings, store);

  if (stateDirectory === undefined) {
    // However the process ends, short of being killed.
    process.once("exit", () => {
      rmSync(directory, { recursive: true, force: true });
    });
  }
  const bundles = trustBundles(certificate.certificateAuthority, process.env);
  const trust = join(directory, "trust");
  mkdirSync(trust, { recursive: true, mode: 0o700 });
  const sslCertFile = join(trust, "ssl-cert-file.pem");
  const nodeExtraCaCerts = join(trust, "node-extra-ca-certs.pem");
  writeFileSync(sslCertFile, bundles.sslCertFile);
  writeFileSync(nodeExtraCaCerts, bundles.nodeExtraCaCerts);

  const origin = `https://localhost:${port}`;
  const server = (current.server = createServer({
    clock: systemClock,
    store,
    origin,
    tenantId: settings.tenantId,
    subscriptionId: settings.subscriptionId,
    certificateAuthority: certificate.certificateAuthority,
    workDirectory: directory,
    log: (line) => {
      console.error(line);
    },
    hold: HOLD,
    verbose: options.verbose ?? false,
  }));
  await server.ready;

  const environment = clientEnvironment({
    origin,
    settings,
    operator: server.entra.operator,
    sslCertFile,
    nodeExtraCaCerts,
  });
  if (options.json) {
    console.log(JSON.stringify({ origin, environment }));
  } else {
    console.log(
      `# Local Azure on ${origin}. To use it, run these lines in a shell; Ctrl-C ends it.`,
    );
    console.log(shellLines(environment).trimEnd());
  }
}

function given(options: Options): Partial<Settings> {
  return {
    ...(options.port !== undefined && { port: options.port }),
    ...(options.tenant !== undefined && { tenantId: options.tenant }),
    ...(options.subscription !== undefined && { subscriptionId: options.subscription }),
  };
}

function portTaken(port: number): Error {
  return new Error(
    `--port ${port} is taken by another process. End that one, or choose another port (0 takes a free one).`,
  );
}
