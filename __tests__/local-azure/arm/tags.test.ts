import { ArmClient } from "./arm-client";
import { CLUSTER, GROUP, IDENTITY } from "./tutorial-resources";

/**
 * https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations. Codes and texts:
 * Azure/azure-powershell, src/Migrate/Migrate.Autorest/custom/New-AzMigrateServerReplication.ps1.
 */
let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(GROUP);
});
afterEach(() => arm.close());

const put = async (path: string, tags: unknown) =>
  arm.ask("PUT", path, { body: { ...(await arm.bodyOf(path)), tags } });

const numbered = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, ""]));

it.each<[string, Record<string, string>, string, string]>([
  [
    "more than fifty",
    numbered(51),
    "InvalidTags",
    "Too many tags specified. Requested tag count - '51'. Maximum number of tags allowed - '50'.",
  ],
  [
    "one without a name",
    { " ": "value" },
    "InvalidTagName",
    "The tag name must be non-null, non-empty and non-whitespace only. Please provide an actual value.",
  ],
  [
    "reserved characters",
    { "cost/center": "1", "a<b": "2", fine: "3" },
    "InvalidTagNameCharacters",
    "The tag names 'cost/center, a<b' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
  ],
  [
    "a name that is too long",
    { ["n".repeat(513)]: "" },
    "InvalidTagName",
    `Tag key too large. Following tag name '${"n".repeat(513)}' exceeded the maximum length. Maximum allowed length for tag name - '512' characters.`,
  ],
  [
    "a value that is too long",
    { name: "v".repeat(257) },
    "InvalidTagValueLength",
    `Tag value too large. Following tag value '${"v".repeat(257)}' exceeded the maximum length. Maximum allowed length for tag value - '256' characters.`,
  ],
])("refuses %s", async (_, tags, code, message) => {
  for (const path of [GROUP, IDENTITY]) {
    const { status, body } = await put(path, tags);
    expect([status, body.error]).toEqual([400, { code, message }]);
  }
});

it("accepts what is just allowed, and Azure's own names", async () => {
  const tags = {
    ...numbered(48),
    ["n".repeat(512)]: "v".repeat(256),
    "hidden-link:/app-insights/x": "value",
  };
  expect((await put(IDENTITY, tags)).body.tags).toEqual(tags);
});

it("makes nothing with tags that it refuses, and changes nothing", async () => {
  expect((await put(CLUSTER, { "a/b": "" })).status).toBe(400);
  expect((await arm.get(CLUSTER)).status).toBe(404);
  const patched = await arm.ask("PATCH", GROUP, { body: { tags: { "a/b": "" } } });
  expect(patched.body.error.code).toBe("InvalidTagNameCharacters");
  expect((await arm.get(GROUP)).body.tags).toBeUndefined();
});
