import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StackEngine } from "../../commands/stack-engine";
import { withoutLost } from "../../commands/without-lost";
import { program, temporaryFolder } from "../engine/fixtures";

/** An engine whose state is one file: `state rm` empties it, with the next serial. */
function engineWithState() {
  const folder = temporaryFolder();
  const file = join(folder, "state");
  const before = JSON.stringify({ serial: 3, resources: [{ name: "pod" }] });
  const without = JSON.stringify({ serial: 4, resources: [] });
  writeFileSync(file, before);
  const binary = program(
    join(folder, "engine"),
    `case "$2" in`,
    `pull) cat state;;`,
    `rm) echo '${without}' > state;;`,
    `push) cat > state;;`,
    `esac`,
  );
  const engine = new StackEngine(folder, { ...process.env, TERRAFORM_BINARY_NAME: binary });
  return { engine, before, without, file, state: () => readFileSync(file, "utf8").trim() };
}

const said = jest.spyOn(console, "error").mockImplementation();
beforeEach(() => said.mockClear());

test("what the command writes stays", async () => {
  const { engine, without, file, state } = engineWithState();
  const applied = JSON.stringify({ serial: 5, resources: [{ name: "new pod" }] });
  const code = await withoutLost(engine, ["kubernetes_pod_v1.pod"], () => {
    expect(state()).toBe(without);
    writeFileSync(file, applied);
    return Promise.resolve(1);
  });
  expect(code).toBe(1);
  expect(state()).toBe(applied);
  expect(said).not.toHaveBeenCalled();
});

// cdktf ends with 0 when its question is answered with "Dismiss".
test.each([0, 1, 130])(
  "a command that writes nothing and ends with %d leaves the state as it was",
  async (code) => {
    const { engine, before, state } = engineWithState();
    expect(await withoutLost(engine, ["kubernetes_pod_v1.pod"], () => Promise.resolve(code))).toBe(
      code,
    );
    expect(state()).toBe(before);
    expect(said).toHaveBeenCalledWith("Nothing was applied: the state is as it was before.");
  },
);

test("a command that throws leaves the state as it was", async () => {
  const { engine, before, state } = engineWithState();
  const failing = () => Promise.reject(new Error("refused"));
  await expect(withoutLost(engine, ["kubernetes_pod_v1.pod"], failing)).rejects.toThrow("refused");
  expect(state()).toBe(before);
});
