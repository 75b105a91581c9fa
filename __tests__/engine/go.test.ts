import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OPENTOFU } from "../../engine/artifact";
import { Go } from "../../engine/go";
import { Progress } from "../../engine/progress";
import { fakeEngine, fakeToolchain, program, temporaryFolder, terminal } from "./fixtures";

function goWith(...lines: string[]): { go: Go; shown: ReturnType<typeof terminal>; bin: string } {
  const bin = temporaryFolder();
  if (lines.length > 0) program(join(bin, "go"), ...lines);
  const shown = terminal();
  const environment = { PATH: `${bin}:/usr/bin:/bin` };
  const signal = new AbortController().signal;
  return { go: new Go(fakeToolchain(), new Progress(shown), signal, environment), shown, bin };
}

test("a machine without Go is told what to install, or what else would do", async () => {
  const { go } = goWith();
  await expect(go.check(OPENTOFU)).rejects.toThrow(
    /opentofu needs Go, which was not found\. Install Go .* TERRAFORM_BINARY_NAME .* TF_CLI_CONFIG_FILE/,
  );
});

test("a Go that is too old is named with both versions", async () => {
  const message = "go: go.mod requires go >= 1.26.6 (running go 1.20; GOTOOLCHAIN=local)";
  const { go } = goWith(`echo '${message}' >&2`, "exit 1");
  await expect(go.check(OPENTOFU)).rejects.toThrow(
    /too old: .*requires go >= 1\.26\.6.*Install Go/s,
  );
});

test("a build runs without cgo, trimmed, from the module as it is pinned", async () => {
  const { go, shown, bin } = goWith(
    `echo "$(basename "$PWD") CGO_ENABLED=$CGO_ENABLED GOFLAGS=$GOFLAGS $*" > \${0%go}called`,
    "echo 'go: downloading example.com/a v1.0.0' >&2",
    "echo 'example.com/a' >&2; echo 'example.com/b' >&2",
  );
  await go.build(OPENTOFU, "/somewhere/tofu");
  expect(readFileSync(join(bin, "called"), "utf8").trim()).toBe(
    "opentofu CGO_ENABLED=0 GOFLAGS=-mod=readonly -buildvcs=false build -v -trimpath " +
      "-ldflags -s -w -X github.com/opentofu/opentofu/version.dev=no " +
      "-o /somewhere/tofu github.com/opentofu/opentofu/cmd/tofu",
  );
  expect(shown.text).toMatch(/opentofu 1\.12\.6: built in \d+ s\n$/);
});

test("a failed build shows what Go said", async () => {
  const { go } = goWith("echo 'x.go:1: syntax error' >&2", "exit 2");
  await expect(go.build(OPENTOFU, "/somewhere/tofu")).rejects.toThrow(
    /Building opentofu failed\. `go build` ended with exit code 2:\nx\.go:1: syntax error/,
  );
});

test("an interrupted run ends the compiler, leaves nothing, and ends by the signal", async () => {
  const bin = temporaryFolder();
  const cache = temporaryFolder();
  fakeEngine(join(bin, "terraform"), "Terraform", "1.11.4");
  program(
    join(bin, "go"),
    '[ "$1" = list ] && exit 0',
    'while [ $# -gt 1 ]; do [ "$1" = -o ] && echo half > "$2"; shift; done',
    `echo $$ > ${join(cache, "pid")}`,
    "sleep 60",
  );
  const root = join(__dirname, "..", "..");
  const script = `require("./engine").prepareEngine({ probe: () => Promise.resolve(false) })`;
  mkdirSync(join(cache, "x"));
  const run = spawn(process.execPath, ["--require", "./register-tsx.cjs", "--eval", script], {
    cwd: root,
    env: { PATH: `${bin}:/usr/bin:/bin`, XDG_CACHE_HOME: join(cache, "x") },
    stdio: "ignore",
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    run.once("close", (_, signal) => {
      resolve(signal);
    });
  });
  while (!existsSync(join(cache, "pid")) && run.exitCode === null) await sleep(20);
  await sleep(50);
  const compiler = Number(readFileSync(join(cache, "pid"), "utf8"));
  run.kill("SIGTERM");
  expect(await ended).toBe("SIGTERM");
  expect(() => process.kill(compiler, 0)).toThrow("ESRCH");
  expect(readdirSync(join(cache, "x", "azure-openai-aks-workload-identity"))).toEqual([]);
}, 20_000);
