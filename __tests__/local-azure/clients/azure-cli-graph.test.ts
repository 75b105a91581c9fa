import { SignedIn } from "./signed-in";

/**
 * What `az role assignment list` and `create --assignee` ask Microsoft Graph, wherever the cloud says it is.
 *
 * Source: Azure/azure-cli, command_modules/role/custom.py; https://learn.microsoft.com/graph/api/directoryobject-getbyids
 */
describe("the Azure CLI at Microsoft Graph", () => {
  let signedIn: SignedIn;
  let graph: string;
  let authorization: string;
  let identity: { principalId: string; clientId: string };

  beforeAll(async () => {
    signedIn = await SignedIn.start("Microsoft.ManagedIdentity");
    const { properties } = await signedIn.make(
      `${signedIn.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/MyIdentity`,
      "2024-11-30",
      { location: "eastus" },
    );
    identity = properties as typeof identity;
    const metadata = await signedIn.azure.server.fetch(
      new Request(`${signedIn.azure.origin}/metadata/endpoints?api-version=2022-09-01`),
    );
    graph = ((await metadata.json()) as { microsoftGraphResourceId: string })
      .microsoftGraphResourceId;
    const { token } = await signedIn.credential.getToken(`${graph}/.default`);
    authorization = `Bearer ${token}`;
  });
  afterAll(() => signedIn.close());

  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await signedIn.azure.server.fetch(
      new Request(`${graph}v1.0/${path}`, { ...init, headers: { authorization } }),
    );
    const body = (await response.json()) as {
      value?: Record<string, unknown>[];
      error?: { code: string };
    };
    return { status: response.status, body };
  };

  test("the principals of assignments have names", async () => {
    const { objectId } = signedIn.azure.server.entra.operator;
    const ids = [identity.principalId, objectId, "0f5c2b8e-6f0d-4d8c-9a39-3f2f3c3f7a10"];
    const body = JSON.stringify({ ids, types: ["user", "group", "servicePrincipal"] });
    const answer = await ask("directoryObjects/getByIds", { method: "POST", body });
    expect(
      answer.body.value?.map(({ id, displayName, servicePrincipalType }) => [
        id,
        displayName,
        servicePrincipalType,
      ]),
    ).toEqual([
      [objectId, "local-azure-operator", "Application"],
      [identity.principalId, "MyIdentity", "ManagedIdentity"],
    ]);
  });

  test("an assignee is found by its application's id", async () => {
    const filter = encodeURIComponent(`servicePrincipalNames/any(c:c eq '${identity.clientId}')`);
    const { body } = await ask(`servicePrincipals?$filter=${filter}`);
    expect(body.value).toMatchObject([{ id: identity.principalId, appId: identity.clientId }]);
  });

  test("what is not known, not permitted or not asked for in Graph's words is refused", async () => {
    const codes = await Promise.all(
      [
        "servicePrincipals/0f5c2b8e-6f0d-4d8c-9a39-3f2f3c3f7a10",
        "users",
        "servicePrincipals?$filter=1",
      ].map(async (path) => {
        const { status, body } = await ask(path);
        return [status, body.error?.code];
      }),
    );
    expect(codes).toEqual([
      [404, "Request_ResourceNotFound"],
      [403, "Authorization_RequestDenied"],
      [400, "Request_UnsupportedQuery"],
    ]);
  });
});
