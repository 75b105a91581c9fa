import { ArmClient, NAMESPACES } from "../arm-client";
import { GROUP, id } from "../tutorial-resources";
import { expectError } from "./error-envelope";
import type { TypeUnderTest } from "./type-under-test";

export function testAccess(subject: TypeUnderTest): void {
  const { path, list } = subject;

  it("answers a request without a token with 401, and says where to get one", async () => {
    const { arm } = subject;
    const answer = await arm.ask("GET", list ?? path, { token: null });
    expectError(answer, 401, "AuthenticationFailed");
    expect(answer.headers.get("www-authenticate")).toContain('Bearer authorization_uri="https://');
  });

  it("answers a principal without a role with 403", async () => {
    const { arm } = subject;
    const token = await arm.token({ oid: "stranger", appid: "strange-app" });
    const answer = await arm.ask("GET", list ?? path, { token });
    expectError(answer, 403, "AuthorizationFailed");
    expect(answer.body.error.message).toContain(
      `The client 'strange-app' with object id 'stranger' does not have authorization to perform action '`,
    );
  });

  it("needs an API version that it has", async () => {
    const { arm } = subject;
    const missing = await arm.ask("GET", list ?? path, { apiVersion: null });
    expectError(missing, 400, "MissingApiVersionParameter");
    const unknown = await arm.ask("GET", list ?? path, { apiVersion: "2001-01-01" });
    expectError(
      unknown,
      400,
      /^(NoRegisteredProviderFound|InvalidApiVersionParameter|InvalidResourceType)$/,
    );
  });

  it("does not know another subscription", async () => {
    const { arm } = subject;
    const other = "/subscriptions/33333333-3333-3333-3333-333333333333";
    expectError(await arm.get(`${other}/${list ?? path}`), 404, "SubscriptionNotFound");
  });
}

/** Of a type that has a `PUT`. */
export function testWriteAccess(subject: TypeUnderTest): void {
  const { row, path, patch, needs } = subject;

  it("is not changed by a principal that may only read", async () => {
    const { arm } = subject;
    const token = await arm.token({ oid: "reader", appid: "reader" });
    const name = "3a3a3a3a-0000-4000-8000-000000000001";
    await arm.put(`providers/Microsoft.Authorization/roleAssignments/${name}`, {
      properties: {
        roleDefinitionId: id(
          "providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
        ),
        principalId: "reader",
        principalType: "ServicePrincipal",
      },
    });
    const body = await arm.bodyOf(path);
    expect((await arm.ask("GET", path, { token })).status).toBe(404);
    for (const method of ["PUT", "DELETE", ...(patch ? ["PATCH"] : [])]) {
      const answer = await arm.ask(method, path, { token, body });
      expectError(answer, 403, "AuthorizationFailed");
      const verb = method === "DELETE" ? "delete" : "write";
      expect(answer.body.error.message).toMatch(new RegExp(`action '[^']+/${verb}'`));
    }
  });

  if (row.registration !== "free") {
    it("needs its resource provider registered", async () => {
      const [namespace = ""] = row.type.split("/");
      const unregistered = await ArmClient.start({ registered: false });
      try {
        await unregistered.register(...NAMESPACES.filter((name) => name !== namespace));
        const own = needs.filter((need) => need.includes(namespace));
        await unregistered.make(GROUP, ...needs.filter((need) => !own.includes(need)));
        const body = { location: "eastus", properties: {} };
        const answer = await unregistered.ask("PUT", path, { body });
        expectError(answer, 409, "MissingSubscriptionRegistration");
        expect(answer.body.error.message).toContain(namespace);
      } finally {
        await unregistered.close();
      }
    });
  }
}
