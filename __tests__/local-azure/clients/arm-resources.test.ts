import { ResourceManagementClient } from "@azure/arm-resources";
import { all, GROUP, POLLING, SignedIn } from "./signed-in";

/**
 * Source: azure-rest-api-specs, Microsoft.Resources/resources.json 2025-04-01 (status codes, `$filter`, `$top`,
 * `nextLink`), which @azure/arm-resources is generated from: it takes 204 and 404 for the answers of a check, and
 * throws at any other.
 */
describe("@azure/arm-resources", () => {
  let signedIn: SignedIn;
  let client: ResourceManagementClient;
  const identity = (name: string) =>
    `${signedIn.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

  beforeAll(async () => {
    signedIn = await SignedIn.start("Microsoft.ManagedIdentity");
    client = new ResourceManagementClient(
      signedIn.credential,
      signedIn.subscriptionId,
      signedIn.options,
    );
    for (const [name, tags] of [
      ["first", { team: "one" }],
      ["second", { team: "two" }],
      ["third", {}],
    ] as const) {
      await signedIn.make(identity(name), "2024-11-30", { location: "eastus", tags });
    }
  });
  afterAll(() => signedIn.close());

  test("a group is created, checked, read, changed, listed by its tag and deleted", async () => {
    const groups = client.resourceGroups;
    expect((await groups.checkExistence("other")).body).toBe(false);
    const created = await groups.createOrUpdate("other", { location: "East US", tags: { a: "b" } });
    expect(created).toMatchObject({ location: "eastus", tags: { a: "b" } });
    expect((await groups.checkExistence("OTHER")).body).toBe(true);
    expect((await groups.update("other", { tags: { a: "c" } })).tags).toEqual({ a: "c" });
    expect((await groups.get("Other")).name).toBe("other");
    const tagged = await all(groups.list({ filter: "tagName eq 'a' and tagValue eq 'c'" }));
    expect(tagged.map(({ name }) => name)).toEqual(["other"]);
    await groups.beginDeleteAndWait("other", POLLING);
    await expect(groups.get("other")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceGroupNotFound",
    });
  });

  test.each([
    ["name eq 'second'", ["second"]],
    ["name ne 'second'", ["first", "third"]],
    ["name eq 'first' or name eq 'third'", ["first", "third"]],
    ["substringof('ir', name)", ["first", "third"]],
    ["tagName eq 'team' and tagValue eq 'one'", ["first"]],
    ["tagName eq 'TEAM'", ["first", "second"]],
    ["startswith(tagName, 'te')", ["first", "second"]],
    [
      "resourceType eq 'microsoft.managedidentity/userassignedidentities' and location eq 'eastus'",
      ["first", "second", "third"],
    ],
    [`resourceGroup eq '${GROUP}'`, ["first", "second", "third"]],
    ["resourceGroup eq 'another'", []],
  ])("the resources for which %s", async (filter, names) => {
    const found = await all(client.resources.list({ filter }));
    expect(found.map(({ name }) => name)).toEqual(names);
  });

  test("a filter that is not understood is refused, not ignored", async () => {
    await expect(all(client.resources.list({ filter: "colour eq 'red'" }))).rejects.toMatchObject({
      statusCode: 400,
      code: "InvalidFilterInQueryString",
    });
  });

  test("a page has as many as $top says, and the iterator follows nextLink to the rest", async () => {
    const sizes: number[] = [];
    const pages = client.resources.listByResourceGroup(GROUP, { top: 2 }).byPage();
    for await (const page of pages) sizes.push(page.length);
    expect(sizes).toEqual([2, 1]);
  });

  test("a resource is there by its id, in any casing, or not", async () => {
    const { resources } = client;
    expect((await resources.checkExistenceById(identity("first"), "2024-11-30")).body).toBe(true);
    const lower = identity("first").toLowerCase();
    expect((await resources.getById(lower, "2024-11-30")).id).toBe(identity("first"));
    expect((await resources.checkExistenceById(identity("no"), "2024-11-30")).body).toBe(false);
  });

  test("a provider is registered, and known to the tenant without a registration", async () => {
    const namespace = "Microsoft.ServiceLinker";
    expect((await client.providers.get(namespace)).registrationState).toBe("NotRegistered");
    await client.providers.register(namespace.toLowerCase());
    const types = await client.providerResourceTypes.list(namespace);
    expect(types.value?.map(({ resourceType }) => resourceType)).toEqual(["linkers"]);
    const ofTenant = await client.providers.getAtTenantScope(namespace);
    expect(ofTenant).not.toHaveProperty("registrationState");
    const names = (await all(client.providers.listAtTenantScope())).map((each) => each.namespace);
    expect(names).toContain(namespace);
  });
});
