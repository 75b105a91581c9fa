import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { all, GROUP, SignedIn } from "./signed-in";

const USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";
const NAME = "0f5c2b8e-6f0d-4d8c-9a39-3f2f3c3f7a10";

/** Source: azure-rest-api-specs, Microsoft.Authorization 2022-04-01, of which the SDK is generated. */
describe("@azure/arm-authorization", () => {
  let signedIn: SignedIn;
  let client: AuthorizationManagementClient;
  let principalId: string;

  beforeAll(async () => {
    signedIn = await SignedIn.start("Microsoft.ManagedIdentity");
    client = new AuthorizationManagementClient(
      signedIn.credential,
      signedIn.subscriptionId,
      signedIn.options,
    );
    const { properties } = await signedIn.make(
      `${signedIn.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/MyIdentity`,
      "2024-11-30",
      { location: "eastus" },
    );
    principalId = (properties as { principalId: string }).principalId;
  });
  afterAll(() => signedIn.close());

  test("a role is found by its name and by its id", async () => {
    const scope = signedIn.group;
    const filter = "roleName eq 'Cognitive Services OpenAI User'";
    const [found] = await all(client.roleDefinitions.list(scope, { filter }));
    expect(found?.name).toBe(USER);
    const role = await client.roleDefinitions.getById(found?.id ?? "");
    expect(role).toMatchObject({ roleName: "Cognitive Services OpenAI User" });
    expect(role.permissions?.[0]?.dataActions).toContain(
      "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
    );
  });

  test("an assignment is created, found at and below its scope, and deleted", async () => {
    const { roleAssignments } = client;
    const scope = signedIn.group;
    const roleDefinitionId = `${signedIn.azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/${USER}`;
    const assignment = { principalId, principalType: "ServicePrincipal", roleDefinitionId };
    const created = await roleAssignments.create(scope, NAME, assignment);
    expect(created).toMatchObject({ scope, principalId, roleDefinitionId });
    expect((await roleAssignments.getById(created.id ?? "")).name).toBe(NAME);

    const filter = `principalId eq '${principalId}'`;
    const names = async (pages: AsyncIterable<{ name?: string }>) =>
      (await all(pages)).map(({ name }) => name);
    const { listForResource, listForResourceGroup, listForSubscription } = {
      listForResource: roleAssignments.listForResource(
        GROUP,
        "Microsoft.ManagedIdentity",
        "userAssignedIdentities",
        "MyIdentity",
        { filter },
      ),
      listForResourceGroup: roleAssignments.listForResourceGroup(GROUP, { filter }),
      listForSubscription: roleAssignments.listForSubscription({ filter }),
    };
    expect(await names(listForResource)).toEqual([NAME]);
    expect(await names(listForResourceGroup)).toEqual([NAME]);
    expect(await names(listForSubscription)).toEqual([NAME]);
    const atScope = `atScope() and assignedTo('${principalId}')`;
    const above = signedIn.azure.subscription;
    expect(await names(roleAssignments.listForScope(above, { filter: atScope }))).toEqual([]);

    await expect(
      roleAssignments.create(scope, NAME.replace("0f", "1f"), assignment),
    ).rejects.toMatchObject({ statusCode: 409, code: "RoleAssignmentExists" });
    await roleAssignments.delete(scope, NAME);
    await expect(roleAssignments.get(scope, NAME)).rejects.toMatchObject({
      statusCode: 404,
      code: "RoleAssignmentNotFound",
    });
  });
});
