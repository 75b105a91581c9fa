import { createHttpHeaders, RestError } from "@azure/core-rest-pipeline";
import { ResourceManager } from "../../verify/resource-manager";

type Answer = { status: number; body?: unknown } | Error;

/** An Azure that gives one answer after the other, the last one again and again; a busy one asks to wait 1 ms. */
function azure(...answers: Answer[]) {
  const asked: string[] = [];
  const credential = {
    getToken: () => Promise.resolve({ token: "t0ken", expiresOnTimestamp: Infinity }),
  };
  const manager = new ResourceManager(
    credential,
    {},
    {
      sendRequest: (request) => {
        asked.push(
          `${request.method} ${request.url} ${request.headers.get("authorization") ?? ""}`,
        );
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer === undefined || answer instanceof Error)
          return Promise.reject(answer ?? new Error());
        const { status, body } = answer;
        const headers = createHttpHeaders({ "retry-after-ms": "1" });
        return Promise.resolve({ request, status, headers, bodyAsText: JSON.stringify(body) });
      },
    },
  );
  return { manager, asked };
}

test("a resource is asked for with a token, at Azure's public cloud", async () => {
  const { manager, asked } = azure({ status: 200, body: { id: "/a", name: "a", properties: {} } });
  await expect(manager.get("/a", "2024-01-01")).resolves.toMatchObject({ name: "a" });
  expect(asked).toEqual(["GET https://management.azure.com/a?api-version=2024-01-01 Bearer t0ken"]);
});

test("what does not exist is undefined, and its list empty", async () => {
  const { manager } = azure({ status: 404, body: { error: { code: "ResourceNotFound" } } });
  await expect(manager.get("/a", "2024-01-01")).resolves.toBeUndefined();
  await expect(manager.list("/a/b", "2024-01-01")).resolves.toEqual([]);
});

test("a list has all pages", async () => {
  const { manager, asked } = azure(
    { status: 200, body: { value: [{ id: "/a" }], nextLink: "https://management.azure.com/next" } },
    { status: 200, body: { value: [{ id: "/b" }] } },
  );
  await expect(manager.list("/all", "2024-01-01", "f eq 1")).resolves.toEqual([
    { id: "/a" },
    { id: "/b" },
  ]);
  expect(asked[0]).toContain("/all?api-version=2024-01-01&%24filter=f+eq+1 ");
  expect(asked[1]).toContain("/next ");
});

// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
test.each([429, 503])("an Azure that answers %d once is asked again", async (status) => {
  const { manager, asked } = azure({ status }, { status: 200, body: { id: "/a" } });
  await expect(manager.get("/a", "2024-01-01")).resolves.toEqual({ id: "/a" });
  expect(asked).toHaveLength(2);
});

test("a refusal is one error with Azure's words, and is not tried again", async () => {
  const { manager, asked } = azure({
    status: 403,
    body: { error: { code: "AuthorizationFailed" } },
  });
  await expect(manager.post("/a/list", "2024-01-01")).rejects.toThrow(
    'POST /a/list was answered 403: {"error":{"code":"AuthorizationFailed"}}',
  );
  expect(asked).toHaveLength(1);
});

test("an Azure that cannot be reached is named", async () => {
  const { manager } = azure(new RestError("getaddrinfo EPERM management.azure.com"));
  await expect(manager.get("/a", "2024-01-01")).rejects.toThrow(
    "GET /a got no answer of management.azure.com: getaddrinfo EPERM",
  );
});
