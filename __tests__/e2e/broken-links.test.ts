import { setTimeout } from "node:timers/promises";
import { type Answer, AzureClient } from "./azure-client";
import { Checkout } from "./checkout";

interface Pod {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: Record<string, unknown> & { readonly containers: Record<string, unknown>[] };
  readonly status?: { readonly phase?: string };
}

let checkout: Checkout;
let azure: AzureClient;
let outputs: Record<string, string>;
let clusterId: string;
let accountId: string;

beforeAll(async () => {
  checkout = await Checkout.create();
  // A link that a test takes away does not come back: there is nothing to wait for.
  checkout.edit("config/environments.ts", (text) =>
    text.replace("dev: {},", "dev: { application: { waitSeconds: 0 } },"),
  );
  azure = new AzureClient(checkout.azure.environment);
  const { code, output } = await checkout.npm("deploy", "--auto-approve");
  if (code !== 0) throw new Error(output);
  outputs = await checkout.outputs();
  const connectionId = outputs.connection_id ?? "";
  clusterId = connectionId.replace(/\/providers\/Microsoft\.ServiceLinker.*/, "");
  const linker = (await azure.arm("GET", connectionId, "2024-04-01")).json() as {
    properties: { targetService: { id: string } };
  };
  accountId = linker.properties.targetService.id;
});

afterAll(async () => {
  await checkout.close();
});

const pods = (): string => `/api/v1/namespaces/${outputs.pod_namespace ?? ""}/pods`;
const podPath = (): string => `${pods()}/${outputs.pod_name ?? ""}`;

async function until(happened: (answer: Answer) => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (happened(await azure.kubernetes(clusterId, "GET", podPath()))) return;
    await setTimeout(200);
  }
  throw new Error("The pod did not get there within a minute.");
}

/** The pod as the stack wrote it, without what the admission added, runs once more. */
async function runPodAgain(labels: Record<string, string>): Promise<string> {
  const { spec } = (await azure.kubernetes(clusterId, "GET", podPath())).json() as Pod;
  await azure.kubernetes(clusterId, "DELETE", podPath());
  await until(({ status }) => status === 404);
  const created = await azure.kubernetes(clusterId, "POST", pods(), {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: outputs.pod_name, namespace: outputs.pod_namespace, labels },
    spec: {
      serviceAccountName: spec.serviceAccountName,
      automountServiceAccountToken: false,
      // What a test took away stays away: the first failure is the last.
      restartPolicy: "Never",
      securityContext: spec.securityContext,
      containers: spec.containers.map(({ name, image, envFrom, resources, securityContext }) => ({
        name,
        image,
        envFrom,
        resources,
        securityContext,
      })),
    },
  });
  expect(created.status).toBe(201);
  await until((answer) => {
    const phase = (answer.json() as Pod).status?.phase ?? "";
    return ["Succeeded", "Failed"].includes(phase);
  });
  return (await azure.kubernetes(clusterId, "GET", `${podPath()}/log`)).text;
}

const labelled = { "azure.workload.identity/use": "true" };

interface Resource {
  readonly id: string;
  readonly properties: Record<string, unknown>;
}

async function list(path: string, apiVersion: string): Promise<Resource[]> {
  return ((await azure.arm("GET", path, apiVersion)).json() as { value: Resource[] }).value;
}

/** Deletes resources; returns what puts them back. */
async function remove(resources: Resource[], apiVersion: string): Promise<() => Promise<void>> {
  expect(resources.length).toBeGreaterThan(0);
  for (const { id } of resources) await azure.arm("DELETE", id, apiVersion);
  return async () => {
    for (const { id, properties } of resources) {
      const { roleDefinitionId, principalId, principalType, issuer, subject, audiences } =
        properties;
      const body = {
        properties: { roleDefinitionId, principalId, principalType, issuer, subject, audiences },
      };
      await azure.arm("PUT", id, apiVersion, body);
    }
  };
}

test("the chain holds, and holds again when the pod runs once more", async () => {
  expect(await runPodAgain(labelled)).toContain("Connect to Azure OpenAI service succeeded.");
  expect((await checkout.npm("verify")).code).toBe(0);
});

test("without the role assignment the pod's log and verify say so", async () => {
  const path = `${accountId}/providers/Microsoft.Authorization/roleAssignments`;
  const onAccount = (await list(path, "2022-04-01")).filter(({ properties }) =>
    String(properties.scope).toLowerCase().includes("/accounts/"),
  );
  const restore = await remove(onAccount, "2022-04-01");
  try {
    const log = await runPodAgain(labelled);
    // The text of Azure OpenAI's 401 PermissionDenied.
    expect(log).toContain("lacks the required data action");
    const { code, output } = await checkout.npm("verify");
    expect(output).toMatch(/^BROKEN {2}role assignment/m);
    expect(output).toContain("lacks the required data action");
    expect(code).toBe(1);
  } finally {
    await restore();
  }
});

test("without the federated credential the pod's log and verify say so", async () => {
  const group = `/subscriptions/${outputs.subscription_id ?? ""}/resourceGroups/${outputs.resource_group_name ?? ""}`;
  const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${outputs.identity_name ?? ""}`;
  const credentials = await list(`${identity}/federatedIdentityCredentials`, "2024-11-30");
  const restore = await remove(credentials, "2024-11-30");
  try {
    const log = await runPodAgain(labelled);
    // Entra: no federated credential of the application matches the assertion.
    expect(log).toMatch(/AADSTS7002\d+/);
    const { code, output } = await checkout.npm("verify");
    expect(output).toMatch(/^BROKEN {2}federated credential/m);
    expect(output).toMatch(/AADSTS7002\d+/);
    expect(code).toBe(1);
  } finally {
    await restore();
  }
});

test("without the label the pod's log and verify say so", async () => {
  const log = await runPodAgain({});
  expect(log).toMatch(/azure\.workload\.identity\/use/);
  const { code, output } = await checkout.npm("verify");
  expect(output).toMatch(/^BROKEN {2}pod's label/m);
  expect(code).toBe(1);
});
