import { Log } from "../../local-terraform-cloud/core/log";
import type { Worker } from "../../local-terraform-cloud/core/worker";
import { createTerraformCloud } from "../../local-terraform-cloud/server";

const counts = { additions: 1, changes: 0, destructions: 0, imports: 0 };
const worker: Worker = {
  terraformVersion: "1.5.7",
  plan: () => Promise.resolve({ status: "finished", hasChanges: true, counts }),
  apply: () => Promise.resolve({ status: "finished", counts }),
  release: () => Promise.resolve(),
};

interface Answer {
  status: number;
  headers: Headers;
  data: { id: string; attributes: Record<string, unknown> };
  errors?: { status: string; title: string; detail?: string }[];
}

function start() {
  const { app, cloud } = createTerraformCloud({
    organization: "example",
    token: "token",
    worker,
    origin: () => "https://localhost:1",
  });
  const ask = async (method: string, path: string, data?: object, token = "token") => {
    const response = await app.request(`/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(data && { body: JSON.stringify({ data }) }),
    });
    const text = await response.text();
    const body = (text ? JSON.parse(text) : {}) as Omit<Answer, "status" | "headers">;
    return { ...body, status: response.status, headers: response.headers };
  };
  const workspace = async () => {
    const data = { type: "workspaces", attributes: { name: "dev" } };
    return (await ask("POST", "/organizations/example/workspaces", data)).data.id;
  };
  const run = async (id: string, attributes: object = {}) => {
    const version = (
      await ask("POST", `/workspaces/${id}/configuration-versions`, {
        type: "configuration-versions",
        attributes: { "auto-queue-runs": false },
      })
    ).data;
    const url = new URL(String(version.attributes["upload-url"]));
    await app.request(url.pathname, { method: "PUT", body: "archive" });
    const relationships = {
      workspace: { data: { id, type: "workspaces" } },
      "configuration-version": { data: { id: version.id, type: "configuration-versions" } },
    };
    const { data } = await ask("POST", "/runs", { type: "runs", attributes, relationships });
    await new Promise(setImmediate);
    return data.id;
  };
  const status = async (id: string) => (await ask("GET", `/runs/${id}`)).data.attributes.status;
  return { app, ask, cloud, run, status, workspace };
}

it("is discovered, and says which features its API has", async () => {
  const { app, ask } = start();
  const services: unknown = await (await app.request("/.well-known/terraform.json")).json();
  expect(services).toMatchObject({ "tfe.v2": "/api/v2/" });
  // go-tfe, tfe.go: `_headerAPIVersion`, `_headerAppName`; the cloud block wants 2.5 or later.
  const { headers, status } = await ask("GET", "/ping");
  expect(status).toBe(204);
  expect(headers.get("TFP-API-Version")).toBe("2.6");
  expect(headers.get("TFP-AppName")).toBe("HCP Terraform");
});

it("answers a wrong token with 401, and another organization as if it were not there", async () => {
  const { ask } = start();
  expect(await ask("GET", "/ping", undefined, "wrong")).toMatchObject({ status: 401 });
  expect(await ask("GET", "/organizations/other/entitlement-set")).toMatchObject({
    status: 404,
    errors: [{ status: "404", title: "not found" }],
  });
});

it("names the attribute that is wrong", async () => {
  const { ask } = start();
  const data = { type: "workspaces", attributes: { name: "a b" } };
  const { errors, status } = await ask("POST", "/organizations/example/workspaces", data);
  expect(status).toBe(422);
  expect(errors?.[0]?.detail).toContain("attributes/name");
});

it("confirms a run once, and holds the next one back until then", async () => {
  const { ask, run, status, workspace } = start();
  const id = await workspace();
  const first = await run(id);
  const second = await run(id);
  expect([await status(first), await status(second)]).toEqual(["planned", "pending"]);
  expect(await ask("POST", `/workspaces/${id}/actions/unlock`)).toMatchObject({
    status: 409,
    // The words by which go-tfe knows who holds the lock.
    errors: [{ detail: expect.stringContaining(`is locked by Run ${first}`) as string }],
  });
  expect((await ask("POST", `/runs/${first}/actions/apply`)).status).toBe(202);
  await new Promise(setImmediate);
  expect([await status(first), await status(second)]).toEqual(["applied", "planned"]);
  expect((await ask("POST", `/runs/${first}/actions/apply`)).status).toBe(409);
  expect((await ask("POST", `/runs/${second}/actions/discard`)).status).toBe(202);
  expect(await status(second)).toBe("discarded");
});

it("never applies a plan-only run, and applies at once what is approved beforehand", async () => {
  const { ask, run, status, workspace } = start();
  const id = await workspace();
  const planOnly = await run(id, { "plan-only": true });
  expect(await status(planOnly)).toBe("planned_and_finished");
  expect((await ask("POST", `/runs/${planOnly}/actions/apply`)).status).toBe(409);
  expect(await status(await run(id, { "auto-apply": true }))).toBe("applied");
});

it("keeps a sensitive variable's value to itself", async () => {
  const { ask, workspace } = start();
  const id = await workspace();
  const attributes = {
    key: "ARM_CLIENT_SECRET",
    value: "s3cret",
    category: "env",
    sensitive: true,
  };
  await ask("POST", `/workspaces/${id}/vars`, { type: "vars", attributes });
  expect(JSON.stringify((await ask("GET", `/workspaces/${id}/vars`)).data)).not.toContain("s3cret");
});

it("frames a log so that a client knows where it ends", () => {
  // go-tfe, logreader.go: STX first, ETX last.
  const log = new Log();
  log.append("line\n");
  expect(log.read({ offset: 1, limit: 4 }).toString()).toBe("line");
  log.end();
  expect(log.read({ offset: 0 })).toEqual(Buffer.from("\u0002line\n\u0003"));
});
