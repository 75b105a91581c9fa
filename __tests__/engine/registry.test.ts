import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { registryAnswers } from "../../engine/registry";

// https://developer.hashicorp.com/terraform/internals/remote-service-discovery
const discovery = { "modules.v1": "/v1/modules/", "providers.v1": "/v1/providers/" };

let server: Server;
let answer: { status: number; body: string } | undefined;
let asked: string[] = [];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (answer !== undefined) response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const probe = (timeout?: number): Promise<boolean> => {
  const { port } = server.address() as AddressInfo;
  return registryAnswers(`127.0.0.1:${String(port)}`, { scheme: "http", timeout });
};

test("a registry answers with its discovery document", async () => {
  answer = { status: 200, body: JSON.stringify(discovery) };
  expect(await probe()).toBe(true);
  expect(asked).toEqual(["/.well-known/terraform.json"]);
});

test.each([
  ["an error", { status: 503, body: JSON.stringify(discovery) }],
  ["a page of a captive portal", { status: 200, body: "<html></html>" }],
  ["another service's document", { status: 200, body: "{}" }],
  ["nothing", { status: 200, body: "" }],
])("%s is not a registry's answer", async (_, given) => {
  answer = given;
  expect(await probe()).toBe(false);
});

test("a registry that takes too long does not count", async () => {
  answer = undefined;
  expect(await probe(50)).toBe(false);
});

test("a registry that refuses does not count", async () => {
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  expect(await registryAnswers(`127.0.0.1:${String(port)}`, { scheme: "http" })).toBe(false);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

test("a proxy is used where one is set", async () => {
  answer = { status: 200, body: JSON.stringify(discovery) };
  const { port } = server.address() as AddressInfo;
  const { HTTP_PROXY, NO_PROXY } = process.env;
  process.env.HTTP_PROXY = `http://127.0.0.1:${String(port)}`;
  delete process.env.NO_PROXY;
  try {
    expect(await registryAnswers("registry.invalid", { scheme: "http" })).toBe(true);
    expect(asked).toEqual(["http://registry.invalid/.well-known/terraform.json"]);
  } finally {
    restore("HTTP_PROXY", HTTP_PROXY);
    restore("NO_PROXY", NO_PROXY);
  }
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}
