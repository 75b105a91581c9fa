import { GROUP } from "../tutorial-resources";
import { expectError } from "./error-envelope";
import type { TypeUnderTest } from "./type-under-test";

/** The resource that stands above one, if it is more than a group. */
function parentOf(path: string): string | undefined {
  const parent = path.split("/").slice(0, -2).join("/");
  const extended = /^(.*\/providers\/.*)\/providers\/[^/]+$/.exec(parent)?.[1];
  return (
    extended ??
    (/\/providers\/[^/]+\/./.test(parent) && path.startsWith(GROUP) ? parent : undefined)
  );
}

export function testExistence(subject: TypeUnderTest): void {
  const { row, path, list, put, patch, somewhere } = subject;

  if (somewhere.startsWith(`${GROUP}/`)) {
    it("does not exist in a group that does not", async () => {
      const { arm } = subject;
      const elsewhere = somewhere.replace(GROUP, "resourceGroups/none");
      expectError(await arm.get(elsewhere), 404, "ResourceGroupNotFound");
      if (list !== undefined) {
        const other = list.replace(GROUP, "resourceGroups/none");
        expectError(await arm.get(other), 404, "ResourceGroupNotFound");
      }
      if (put) {
        const answer = await arm.ask("PUT", elsewhere, {
          body: await arm.bodyOf(path),
        });
        expectError(answer, 404, "ResourceGroupNotFound");
      }
    });
  }

  const parent = parentOf(somewhere);
  if (parent !== undefined) {
    it("does not exist below something that does not", async () => {
      const { arm } = subject;
      const name = parent.slice(parent.lastIndexOf("/") + 1);
      const without = (child: string) => child.replace(parent, parent.replace(name, "none1"));
      expectError(await arm.get(without(somewhere)), 404, /^(Parent)?ResourceNotFound$/);
      if (list !== undefined) {
        expectError(await arm.get(without(list)), 404, /^(Parent)?ResourceNotFound$/);
      }
      if (put) {
        const answer = await arm.ask("PUT", without(path), {
          body: await arm.bodyOf(path),
        });
        expectError(answer, 404, /^(Parent)?ResourceNotFound$/);
        expect(answer.body.error.message).toContain("none1");
      }
    });
  }

  if (row.path !== undefined) {
    it("answers 404 for what does not exist", async () => {
      const { arm } = subject;
      expectError(await arm.get(path), 404, /NotFound$|DoesNotExist$/);
    });
  }

  if (list !== undefined && !put) {
    it("lists", async () => {
      const { arm } = subject;
      const { status, body } = await arm.get(list);
      expect({ status, value: Array.isArray(body.value) }).toEqual({ status: 200, value: true });
    });
  }

  for (const [method, supported] of [
    ["PUT", put],
    ["PATCH", patch],
    ["DELETE", row.delete],
  ] as const) {
    if (supported) continue;
    it(`does not know ${method}`, async () => {
      const { arm } = subject;
      if (put) await arm.make(path);
      const answer = await arm.ask(method, somewhere, {
        body: { location: "eastus", properties: {} },
      });
      expectError(answer, 405, "HttpMethodNotAllowed");
    });
  }

  if (row.delete && !put) {
    it("has nothing to delete", async () => {
      const { arm } = subject;
      expect((await arm.ask("DELETE", path)).status).toBe(row.delete?.missing);
    });
  }
}
