import { decodeJwt } from "jose";
import { PULL, PUSH } from "../test-registry";
import { errorOf, RegistryApi } from "./registry-api";

let registry: RegistryApi;
beforeEach(() => {
  registry = new RegistryApi();
});
afterEach(() => registry.close());

/** https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md */
describe("the way to a token", () => {
  test("begins with a challenge that says where, for whom and for what", async () => {
    const { status, headers, body } = await registry.request("/v2/_catalog");
    expect(status).toBe(401);
    expect(errorOf(body)).toBe("UNAUTHORIZED");
    expect(headers.get("docker-distribution-api-version")).toBe("registry/2.0");
    expect(headers.get("www-authenticate")).toBe(
      `Bearer realm="${registry.url}/oauth2/token",service="${registry.loginServer}",scope="registry:catalog:*"`,
    );
  });

  test("the base of the API asks for no more than a token", async () => {
    for (const path of ["/v2/", "/v2"]) {
      const { status, headers } = await registry.request(path);
      expect(status).toBe(401);
      expect(headers.get("www-authenticate")).toBe(
        `Bearer realm="${registry.url}/oauth2/token",service="${registry.loginServer}"`,
      );
    }
    const authorization = `Bearer ${await registry.token("")}`;
    expect((await registry.request("/v2/", { headers: { authorization } })).status).toBe(200);
  });

  test("exchanges an access token of Entra for a refresh token of three hours", async () => {
    const { status, body } = await registry.post("/oauth2/exchange", {
      grant_type: "access_token",
      service: registry.loginServer,
      access_token: await registry.entraToken(),
    });
    expect(status).toBe(200);
    const now = registry.clock.now().getTime() / 1000;
    expect(decodeJwt(body.refresh_token as string).exp).toBe(now + 3 * 60 * 60);
  });

  test.each(["https://management.azure.com/", "https://management.azure.com"])(
    "one for %s will do, as the Azure CLI has it",
    async (audience) => {
      const { status } = await registry.post("/oauth2/exchange", {
        grant_type: "access_token",
        access_token: await registry.entraToken(audience),
      });
      expect(status).toBe(200);
    },
  );

  test("what is no such token, or no such grant, is refused", async () => {
    const other = await registry.entraToken("https://cognitiveservices.azure.com");
    for (const access_token of ["nonsense", other]) {
      const refused = await registry.post("/oauth2/exchange", {
        grant_type: "access_token",
        access_token,
      });
      expect(refused.status).toBe(401);
      expect(refused.body).not.toHaveProperty("refresh_token");
    }
    expect((await registry.post("/oauth2/exchange", { grant_type: "password" })).status).toBe(400);
    expect((await registry.post("/oauth2/token", { grant_type: "refresh_token" })).status).toBe(
      400,
    );
    const forged = await registry.post("/oauth2/token", {
      grant_type: "refresh_token",
      refresh_token: "a.b.c",
      scope: "registry:catalog:*",
    });
    expect(forged.status).toBe(401);
  });

  test("an access token is none to refresh with, nor one of another registry", async () => {
    registry.grant(PULL);
    const access = await registry.token("registry:catalog:*");
    const form = {
      grant_type: "refresh_token",
      refresh_token: access,
      scope: "registry:catalog:*",
    };
    expect((await registry.post("/oauth2/token", form)).status).toBe(401);
    registry.add("Other1", "/subscriptions/s/other", {});
    const elsewhere = await registry.planes.app.request(
      `${registry.planes.origin}/other1/v2/_catalog`,
      { headers: { authorization: `Bearer ${access}` } },
    );
    expect(elsewhere.status).toBe(401);
  });

  test("the token says what it grants, and no more than the roles permit", async () => {
    const granted = async (scope: string) => decodeJwt(await registry.token(scope)).access;
    expect(await granted("repository:app:pull,push")).toEqual([]);
    registry.grant(PULL);
    expect(await granted("repository:app:pull,push repository:other:metadata_read")).toEqual([
      { type: "repository", name: "app", actions: ["pull"] },
      { type: "repository", name: "other", actions: ["metadata_read"] },
    ]);
    expect(await granted("registry:catalog:*")).toEqual([
      { type: "registry", name: "catalog", actions: ["*"] },
    ]);
    registry.grant(PUSH);
    expect(await granted("repository:app:*")).toEqual([
      {
        type: "repository",
        name: "app",
        actions: ["pull", "metadata_read", "push", "metadata_write"],
      },
    ]);
  });

  test("a token is for its repository only, and for 75 minutes", async () => {
    registry.grant(PULL);
    await registry.push({ name: "app:1" }, { name: "other:1" });
    const authorization = `Bearer ${await registry.token("repository:app:pull")}`;
    const list = (name: string) =>
      registry.request(`/v2/${name}/tags/list`, { headers: { authorization } });
    expect((await list("app")).status).toBe(200);
    expect((await list("other")).status).toBe(401);
    registry.clock.advance(75 * 60 * 1000 - 1);
    expect((await list("app")).status).toBe(200);
    registry.clock.advance(1);
    expect((await list("app")).status).toBe(401);
  });

  test("a registry that does not exist", async () => {
    const { status } = await registry.planes.app.request(
      `${registry.planes.origin}/nothing/v2/_catalog`,
    );
    expect(status).toBe(404);
  });
});

/** https://learn.microsoft.com/azure/container-registry/anonymous-pull-access */
describe("without signing in", () => {
  const anonymous = (scope: string) =>
    registry.request(
      `/oauth2/token?service=${registry.loginServer}&scope=${encodeURIComponent(scope)}`,
    );

  test("there is no token, as a kubelet's events say of an image", async () => {
    expect((await anonymous("repository:app:pull")).status).toBe(401);
  });

  test("anonymous pull: repositories, but not their list, nor a push", async () => {
    await registry.push({ name: "app:1" });
    registry.properties.anonymousPullEnabled = true;
    const { status, body } = await anonymous("repository:app:pull,push");
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token as string).access).toEqual([
      { type: "repository", name: "app", actions: ["pull"] },
    ]);
    const headers = { authorization: `Bearer ${body.access_token as string}` };
    expect((await registry.request("/v2/app/tags/list", { headers })).body).toEqual({
      name: "app",
      tags: ["1"],
    });
    expect((await anonymous("registry:catalog:*")).status).toBe(401);
  });
});
