import { spawn, type ChildProcessByStdio } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:https";
import { connect, createServer, type AddressInfo } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** What `--json` prints. */
interface Printed {
  readonly origin: string;
  readonly environment: Readonly<Record<string, string>>;
}

let directory: string;
/** Where the process makes its own folder. */
let temporary: string;
const children: Child[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "local-azure-main-"));
  temporary = join(directory, "tmp");
  mkdirSync(temporary);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

const start = (flags: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
  const child = spawn(
    process.execPath,
    ["--require", "./register-tsx.cjs", "local-azure/main.ts", ...flags],
    {
      env: { ...process.env, TMPDIR: temporary, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  children.push(child);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  }
  const ended = new Promise<{ code: number | null } & typeof output>((resolve) => {
    child.on("close", (code) => {
      resolve({ code, ...output });
    });
  });
  return { child, ended, output };
};

/** Resolves with what is printed once it listens. */
const startListening = async (flags: readonly string[], environment?: NodeJS.ProcessEnv) => {
  const started = start([...flags, "--json"], environment);
  const printed = await new Promise<Printed>((resolve, reject) => {
    started.child.stdout.on("data", () => {
      const [line, rest] = started.output.stdout.split("\n");
      if (rest !== undefined) resolve(JSON.parse(line ?? "") as Printed);
    });
    void started.ended.then(({ stderr }) => {
      reject(new Error(`it ended: ${stderr}`));
    });
  });
  return { ...started, ...printed, port: Number(new URL(printed.origin).port) };
};

const ask = (url: string, ca: string, { method = "GET", body = "", headers = {} } = {}) =>
  new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const sent = request(url, { ca, method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          body: JSON.parse(text) as Record<string, unknown>,
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });

const signIn = async ({ origin, environment }: Printed) => {
  const { body } = await ask(
    `${origin}/${environment.ARM_TENANT_ID ?? ""}/oauth2/v2.0/token`,
    readFileSync(environment.NODE_EXTRA_CA_CERTS ?? "", "utf8"),
    {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: environment.ARM_CLIENT_ID ?? "",
        client_secret: environment.ARM_CLIENT_SECRET ?? "",
        scope: "https://management.azure.com/.default",
      }).toString(),
    },
  );
  return body.access_token as string;
};

jest.setTimeout(60_000);

describe("what it says and then ends", () => {
  test("--help: every flag", async () => {
    const { code, stdout } = await start(["--help"]).ended;
    expect(code).toBe(0);
    for (const flag of ["--port", "--state", "--tenant", "--subscription", "--json", "--verbose"]) {
      expect(stdout).toContain(flag);
    }
  });

  test.each([
    [["--nonsense"], "unknown option '--nonsense'"],
    [["--port"], "argument missing"],
    [["--port", "abc"], "--port has to be a whole number from 0 (a free port) to 65535."],
    [["--port", ""], "--port has to be a whole number"],
    [["--port", "70000"], "--port has to be a whole number"],
    [["--tenant", "contoso"], "--tenant is 'contoso'; it has to be a GUID."],
  ])("%j: one line, code 1, nothing left behind", async (flags, message) => {
    const { code, stdout, stderr } = await start(flags).ended;
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([1, ""]);
    expect(readdirSync(temporary).filter((name) => name.startsWith("local-azure"))).toEqual([]);
  });

  test("a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await start(["--port", String(port)]).ended;
    other.close();
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(
      `local-azure: --port ${port} is taken by another process. End that one, or choose another port (0 takes a free one).`,
    );
  });

  test("a state that is damaged", async () => {
    writeFileSync(join(directory, "state.json"), "{");
    const { code, stderr } = await start(["--state", directory]).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`The saved state ${join(directory, "state.json")} cannot be read.`);
  });

  test("a bundle of certificates that is not there: its own folder goes too", async () => {
    const missing = join(directory, "missing.pem");
    const { code, stderr } = await start(["--port", "0"], { SSL_CERT_FILE: missing }).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`SSL_CERT_FILE names ${missing}, which cannot be read.`);
    expect(readdirSync(temporary).filter((name) => name.startsWith("local-azure"))).toEqual([]);
  });
});

describe("while it runs", () => {
  test("it prints an environment that works, listens on loopback only, and ends with what it made", async () => {
    const running = await startListening(["--port", "0"]);
    const { origin, environment, port, child, ended } = running;
    expect(environment).toMatchObject({
      ARM_METADATA_HOSTNAME: `localhost:${port}`,
      ARM_RESOURCE_MANAGER_ENDPOINT: origin,
    });
    const folder = join(environment.SSL_CERT_FILE ?? "", "..", "..");
    expect(folder.startsWith(temporary)).toBe(true);

    // Signed in with what is printed, Azure Resource Manager answers.
    const ca = readFileSync(environment.NODE_EXTRA_CA_CERTS ?? "", "utf8");
    const { status, body } = await ask(
      `${origin}/subscriptions/${environment.ARM_SUBSCRIPTION_ID ?? ""}?api-version=2022-12-01`,
      ca,
      { headers: { authorization: `Bearer ${await signIn(running)}` } },
    );
    expect([status, body.subscriptionId]).toEqual([200, environment.ARM_SUBSCRIPTION_ID]);

    // A client that was not told to trust it does not.
    await expect(ask(`${origin}/local-azure/health`, "")).rejects.toThrow(/certificate/);

    const elsewhere = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === "IPv4");
    if (elsewhere) await expect(reach(elsewhere.address, port)).rejects.toThrow("ECONNREFUSED");

    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
    expect(existsSync(folder)).toBe(false);
    await expect(reach("127.0.0.1", port)).rejects.toThrow("ECONNREFUSED");
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("%s ends it as Ctrl-C does", async (signal) => {
    const { child, ended } = await startListening(["--port", "0"]);
    child.kill(signal);
    expect((await ended).code).toBe(0);
    expect(readdirSync(temporary).filter((name) => name.startsWith("local-azure"))).toEqual([]);
  });

  test("without --json it prints lines for a shell", async () => {
    const { child, ended, output } = start(["--port", "0"]);
    while (!output.stdout.includes("GO_AZURE_SDK")) {
      await new Promise((resolve) => child.stdout.once("data", resolve));
    }
    child.kill("SIGINT");
    const lines = (await ended).stdout.trim().split("\n");
    expect(lines[0]).toMatch(/^# Local Azure on https:\/\/localhost:\d+\. .*Ctrl-C ends it\.$/);
    expect(lines.slice(1).every((line) => /^export [A-Z_]+='.*'$/.test(line))).toBe(true);
  });

  test("--verbose writes every request to standard error, and no secret", async () => {
    const running = await startListening(["--port", "0", "--verbose"]);
    const token = await signIn(running);
    running.child.kill("SIGINT");
    const { stderr } = await running.ended;
    const tenant = running.environment.ARM_TENANT_ID ?? "";
    expect(stderr).toMatch(new RegExp(`^POST /${tenant}/oauth2/v2\\.0/token 200 \\d+ ms$`, "m"));
    expect(stderr).not.toContain(running.environment.ARM_CLIENT_SECRET ?? "?");
    expect(stderr).not.toContain(token);
  });
});

test("--state keeps port, secret, certificate, signing key and resources across restarts", async () => {
  const state = join(directory, "state");
  const first = await startListening(["--state", state, "--port", "0"]);
  const ca = readFileSync(first.environment.NODE_EXTRA_CA_CERTS ?? "", "utf8");
  const token = await signIn(first);
  const group =
    `/subscriptions/${first.environment.ARM_SUBSCRIPTION_ID ?? ""}` +
    "/resourceGroups/kept?api-version=2023-07-01";
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const put = await ask(`${first.origin}${group}`, ca, {
    method: "PUT",
    headers,
    body: JSON.stringify({ location: "eastus" }),
  });
  expect(put.status).toBe(201);
  first.child.kill("SIGINT");
  expect((await first.ended).code).toBe(0);

  const second = await startListening(["--state", state]);
  expect(second.origin).toBe(first.origin);
  expect(second.environment).toEqual(first.environment);
  // The certificate is still the one that the first one's clients trust, the token one that it accepts.
  const { status, body } = await ask(`${second.origin}${group}`, ca, { headers });
  expect([status, body.name]).toEqual([200, "kept"]);
  second.child.kill("SIGINT");
  await second.ended;

  const other = start(["--state", state, "--tenant", "33333333-3333-3333-3333-333333333333"]);
  expect((await other.ended).stderr).toContain("the saved state belongs to");
  expect(existsSync(join(state, "state.json"))).toBe(true);
});

const reach = (host: string, port: number) =>
  new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port }, () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      reject(new Error(error.code));
    });
  });
