import { connect } from "node:tls";
import { GROUP, SignedIn } from "./signed-in";

/** Requests that no SDK makes, but somebody does. */
describe("raw HTTP", () => {
  let signedIn: SignedIn;
  let authorization: string;
  beforeAll(async () => {
    signedIn = await SignedIn.start();
    const { token } = await signedIn.credential.getToken("https://management.azure.com/.default");
    authorization = `Bearer ${token}`;
  });
  afterAll(() => signedIn.close());

  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization, ...(init.headers as Record<string, string>) };
    const response = await signedIn.azure.server.fetch(
      new Request(`${signedIn.azure.origin}${path}`, { ...init, headers }),
    );
    const text = await response.text();
    return { response, body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const version = "api-version=2021-04-01";

  // Azure compares ids without case: https://learn.microsoft.com/rest/api/resources/resources
  test.each([
    ["another casing", (id: string) => `${id.toUpperCase()}?${version}`],
    ["a slash at the end", (id: string) => `${id}/?${version}`],
    ["two slashes at the start", (id: string) => `/${id}?${version}`],
    ["an encoded letter", (id: string) => `${id.replace("My", "%4Dy")}?${version}`],
    ["the parameter in capitals", (id: string) => `${id}?API-VERSION=2021-04-01`],
  ])("%s names the same group, which keeps its own spelling", async (_, path) => {
    const { response, body } = await ask(path(signedIn.group));
    expect([response.status, body.id]).toEqual([200, signedIn.group]);
  });

  test("a client's request id comes back when it is asked back, from an error too", async () => {
    // Azure/azure-resource-manager-rpc, v1.0/common-api-details.md, client request headers.
    const id = { "x-ms-client-request-id": "mine" };
    const back = { ...id, "x-ms-return-client-request-id": "true" };
    const path = `${signedIn.group}x?${version}`;
    const asked = await ask(path, { headers: back });
    expect(asked.response.status).toBe(404);
    expect(asked.response.headers.get("x-ms-client-request-id")).toBe("mine");
    const unasked = await ask(path, { headers: id });
    expect(unasked.response.headers.get("x-ms-client-request-id")).toBeNull();
  });

  test.each([
    // Azure/azure-cli issues 10143 and 13056.
    ["text/plain", '{"location":"eastus"}', 415, "UnsupportedMediaType"],
    ["application/json; charset=utf-8", '{"location":"eastus"}', 200, undefined],
    // Azure/Azure-Landing-Zones issue 2644.
    [
      "application/json",
      `{"location":"${"x".repeat(4 * 1024 ** 2)}"}`,
      413,
      "RequestContentTooLarge",
    ],
  ])("a body of %s is taken or refused (%#)", async (type, content, status, code) => {
    const { response, body } = await ask(`${signedIn.group}?${version}`, {
      method: "PUT",
      headers: { "content-type": type },
      body: content,
    });
    const error = body.error as { code: string } | undefined;
    expect([response.status, error?.code]).toEqual([status, code]);
  });

  // Service Connector's endpoint ends in a slash, and openai 1.1.1 of the tutorial's sample adds one of its own:
  // https://learn.microsoft.com/azure/service-connector/how-to-integrate-openai
  test("an account's endpoint may end in a slash, too", async () => {
    await signedIn.azure.register("Microsoft.CognitiveServices");
    const account = `${signedIn.group}/providers/Microsoft.CognitiveServices/accounts/slashes`;
    const { properties } = await signedIn.make(account, "2024-10-01", {
      location: "eastus",
      kind: "OpenAI",
      sku: { name: "S0" },
      properties: { customSubDomainName: "slashes" },
    });
    const { endpoint } = properties as { endpoint: string };
    expect(endpoint).toMatch(/\/$/);
    const keys = await ask(`${account}/listKeys?api-version=2024-10-01`, { method: "POST" });
    const models = await signedIn.azure.server.fetch(
      new Request(`${endpoint}/openai/models?api-version=2024-10-21`, {
        headers: { "api-key": String(keys.body.key1) },
      }),
    );
    expect(await models.json()).toMatchObject({ object: "list" });
  });

  test("the tenants are listed for who is signed in, in a version", async () => {
    const { tenantId } = signedIn.azure.server.azure;
    const { body } = await ask("/tenants?api-version=2022-12-01");
    expect(body.value).toEqual([expect.objectContaining({ tenantId })]);
    const anonymous = await ask("/tenants?api-version=2022-12-01", {
      headers: { authorization: "" },
    });
    expect(anonymous.response.status).toBe(401);
    const unversioned = await ask("/tenants");
    expect(unversioned.body).toMatchObject({ error: { code: "MissingApiVersionParameter" } });
  });

  test("requests that follow each other on one connection are answered in their order", async () => {
    const { port } = new URL(signedIn.azure.origin);
    const socket = connect({
      host: "localhost",
      port: Number(port),
      ca: signedIn.azure.certificateAuthority,
    });
    const request = (path: string, connection: string) =>
      `GET ${path}?${version} HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: ${authorization}\r\nConnection: ${connection}\r\n\r\n`;
    socket.write(request(`${signedIn.group}x`, "keep-alive") + request(signedIn.group, "close"));
    let received = "";
    for await (const chunk of socket) received += String(chunk);
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(["404", "200"]);
    expect(received).toContain(`"name":"${GROUP}"`);
  });
});
