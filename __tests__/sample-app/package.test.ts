import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "../../sample-app");
const read = (file: string) => readFileSync(join(folder, file), "utf8");

test("dependencies are pinned exactly", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
    string,
    Record<string, string>
  >;
  for (const version of Object.values({ ...dependencies, ...devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test("the lock names no registry, so that npm ci works with whichever one is configured", () => {
  expect(read("package-lock.json")).not.toContain('"resolved"');
});

test("the image's last stage has the bundle only, and a numeric user that is not root", () => {
  const lastStage =
    read("Dockerfile")
      .split(/^FROM /m)
      .at(-1) ?? "";
  expect(lastStage.match(/^(COPY|ADD|RUN) .*/gm)).toEqual([
    "COPY --from=build /app/dist/main.js ./main.js",
  ]);
  expect(lastStage).toMatch(/^USER [1-9]\d*$/m);
});

// Azure Container Registry, "ACR Tasks reference": the encoded task travels in one request.
test("the source stays small enough to travel inside a registry task", () => {
  expect(read("package-lock.json").length).toBeLessThan(90_000);
});
