import { ArmClient } from "../arm-client";
import { ACCOUNT, OPENAI_USER, id } from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
});
afterEach(() => arm.close());

const LIST = "providers/Microsoft.Authorization/roleDefinitions";

it("is found by its name as azurerm looks for it, at whatever scope", async () => {
  await arm.make(ACCOUNT);
  for (const scope of ["", `${ACCOUNT}/`]) {
    const filter = "roleName eq 'cognitive services openai USER'";
    const { body } = await arm.get(`${scope}${LIST}?$filter=${filter}`);
    expect(body.value).toEqual([
      {
        id: id(`${LIST}/${OPENAI_USER}`),
        name: OPENAI_USER,
        type: "Microsoft.Authorization/roleDefinitions",
        properties: expect.objectContaining({
          roleName: "Cognitive Services OpenAI User",
          type: "BuiltInRole",
          assignableScopes: ["/"],
        }) as object,
      },
    ]);
  }
});

it("is read by its id, with or without the subscription", async () => {
  for (const path of [`${LIST}/${OPENAI_USER}`, `/${LIST}/${OPENAI_USER}`]) {
    const { status, body } = await arm.get(path);
    expect([status, body.name]).toEqual([200, OPENAI_USER]);
  }
});

it("does not list a name that no role has, and understands no other filter", async () => {
  expect((await arm.get(`${LIST}?$filter=roleName eq 'Nobody''s'`)).body.value).toEqual([]);
  const unknown = await arm.get(`${LIST}?$filter=color eq 'red'`);
  expect([unknown.status, unknown.body.error.code]).toEqual([400, "UnsupportedQuery"]);
});
