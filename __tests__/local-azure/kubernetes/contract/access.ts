import { failure } from "../test-cluster";
import type { KindUnderTest } from "./kind-under-test";

export function testAccess(subject: KindUnderTest): void {
  const { kind, resource, collection, details, request } = subject;

  test("needs a user, and one who may", async () => {
    const anonymous = await request("GET", collection, { token: null });
    expect(anonymous.status).toBe(401);
    expect(anonymous.body).toEqual(failure(401, "Unauthorized", "Unauthorized"));
    const { body } = await request(
      "POST",
      "/api/v1/namespaces/default/serviceaccounts/default/token",
      { body: {} },
    );
    const { token } = body.status as { token: string };
    const denied = await request("GET", `${collection}/one`, { token });
    expect(denied.status).toBe(403);
    expect(denied.body).toMatchObject({
      reason: "Forbidden",
      message: `${resource} "one" is forbidden: User "system:serviceaccount:default:default" cannot get resource "${kind.plural}" in API group "${kind.group}" ${kind.namespaced ? 'in the namespace "default"' : "at the cluster scope"}`,
      details: details("one"),
    });
  });
}
