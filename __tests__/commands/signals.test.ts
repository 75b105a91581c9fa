import { temporaryFolder } from "../engine/fixtures";
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
