import { existsSync } from "node:fs";
import { join } from "node:path";
import { program, temporaryFolder } from "../engine/fixtures";
import { startCommand } from "./command-process";

test("a review that is interrupted ends with its plan, and asks nothing more of the engine", async () => {
  const sleeping = [
    `[ "$1" = plan ] || exit 0`,
    `trap 'exit 1' INT`,
    "while :; do sleep 0.1; done",
  ];
  const review = startCommand(sleeping, ["review", "--cdktf-out", temporaryFolder()]);
  const planning = setInterval(() => {
    if (!review.calls().some((call) => call.startsWith("plan "))) return;
    clearInterval(planning);
    review.child.kill("SIGTERM");
  }, 50);
  const code = await review.ended;
  expect(review.output()).toMatch(/plan was interrupted/);
  expect(code).toBe(1);
  expect(review.calls().map((call) => call.split(" ")[0])).toEqual(["init", "plan"]);
});

test("a deploy that is interrupted while its engine is built ends with the exit code of that", async () => {
  const bin = temporaryFolder();
  const started = join(bin, "started");
  program(join(bin, "go"), `echo > ${started}`, "while :; do sleep 0.1; done");
  const deploy = startCommand([], ["cdktf", "deploy"], {
    PATH: `${bin}:/usr/bin:/bin`,
    TERRAFORM_BINARY_NAME: "",
    TF_CLI_CONFIG_FILE: "",
    XDG_CACHE_HOME: temporaryFolder(),
  });
  const building = setInterval(() => {
    if (!existsSync(started)) return;
    clearInterval(building);
    deploy.child.kill("SIGINT");
  }, 50);
  expect(await deploy.ended).toBe(130);
  expect(deploy.output()).toMatch(/deploy: .*Interrupted\./);
});
