import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { startCommand } from "./command-process";

const root = resolve(__dirname, "../..");

// The first run of all builds an engine where there is none, which takes minutes.
test.each(["deploy", "diff", "destroy"])("%s --help needs no engine", async (verb) => {
  const env = { ...process.env, TERRAFORM_BINARY_NAME: "/nonexistent/engine", FORCE_COLOR: "0" };
  const out = await new Promise<string>((done, failed) => {
    execFile(
      process.execPath,
      ["--require", "./register-tsx.cjs", "commands/cdktf.ts", verb, "--help"],
      { cwd: root, env },
      (error, stdout, stderr) => {
        if (error) failed(new Error(stderr));
        else done(stdout);
      },
    );
  });
  expect(out).toContain(`cdktf ${verb} [stack`);
});

test("verify needs no engine to say that nothing is synthesized", async () => {
  const { ended, output } = startCommand([], ["verify", "--output", "/nonexistent"], {
    TERRAFORM_BINARY_NAME: "/nonexistent/engine",
  });
  expect(await ended).toBe(1);
  expect(output()).toBe(
    "verify: /nonexistent holds no synthesized stack. Run `npm run synth` first.\n",
  );
});
