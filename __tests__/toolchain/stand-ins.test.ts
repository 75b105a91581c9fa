import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** A machine that reaches the Terraform registry needs no Go: its tests are not needed there either. */
const hasGo = spawnSync("go", ["version"]).status === 0;

(hasGo ? test : test.skip)(
  "the stand-ins pass their own tests: schema as recorded, conversions, plans, refusals",
  () => {
    const { status, stdout, stderr } = spawnSync("go", ["test", "-vet=off", "-trimpath", "./..."], {
      cwd: join(__dirname, "..", "..", "toolchain"),
      encoding: "utf8",
      env: {
        ...process.env,
        // As the engine builds them, so that the packages are compiled once.
        CGO_ENABLED: "0",
        GOWORK: "off",
        GOFLAGS: "-mod=readonly -buildvcs=false",
      },
    });
    if (status !== 0) throw new Error(stdout + stderr);
    expect(stdout).toMatch(/^ok .*terraform-provider-azapi/m);
    expect(stdout).toMatch(/^ok .*terraform-provider-kubernetes/m);
  },
  300_000,
);
