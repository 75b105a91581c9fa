import { checkChain } from "../../verify/chain";
import type { Facts } from "../../verify/facts";
import { credential, working } from "./working-facts";

function brokenLinks(change: Partial<Facts>): string[] {
  return checkChain({ ...working, ...change })
    .filter(({ holds }) => !holds)
    .map(({ link }) => link);
}

test("every link holds in a working deployment, and none then names a way out", () => {
  const checks = checkChain(working);
  expect(checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(checks.filter(({ wayOut }) => wayOut !== undefined)).toEqual([]);
  expect(checks).toHaveLength(14);
});

test.each<[string, Partial<Facts>, string[]]>([
  [
    "the connection failed",
    { connection: { ...working.connection, provisioningState: "Failed" } },
    ["connection"],
  ],
  [
    "the cluster has no OIDC issuer",
    { cluster: { workloadIdentity: true } },
    ["cluster's OIDC issuer", "federated credential"],
  ],
  [
    "workload identity is off",
    { cluster: { ...working.cluster, workloadIdentity: false } },
    ["cluster's workload identity"],
  ],
  ["the identity is gone", { identity: undefined }, ["identity"]],
  ["there is no federated credential", { federatedCredentials: [] }, ["federated credential"]],
  [
    "the federated credential is for another service account",
    { federatedCredentials: [{ ...credential, subject: "system:serviceaccount:other:sc" }] },
    ["federated credential"],
  ],
  [
    "the federated credential has another issuer",
    { federatedCredentials: [{ ...credential, issuer: "https://other/" }] },
    ["federated credential"],
  ],
  [
    "the federated credential has another audience",
    { federatedCredentials: [{ ...credential, audiences: ["https://other"] }] },
    ["federated credential"],
  ],
  ["there is no role assignment", { permissions: [] }, ["role assignment"]],
  [
    "the role permits something else",
    { permissions: [{ dataActions: ["Microsoft.CognitiveServices/accounts/OpenAI/*/read"] }] },
    ["role assignment"],
  ],
  ["the deployment is gone", { deployment: { name: "MyModel" } }, ["model deployment"]],
  ["the service account is gone", { serviceAccountClientId: undefined }, ["service account"]],
  ["the secret is gone", { secretKeys: undefined }, ["secret"]],
  [
    "the registry has other images only",
    { image: { ...working.image, repositories: ["sc-demo"] } },
    ["image"],
  ],
  [
    "the pod has no label",
    { pod: { ...working.pod, labels: {}, log: "no token file" } },
    ["pod's label", "model's reply"],
  ],
  [
    "the pod failed",
    { pod: { ...working.pod, phase: "Failed", log: "" } },
    ["pod's phase", "model's reply"],
  ],
  [
    "there is no pod",
    { pod: { name: "sc-demo-openai-identity", labels: {}, log: "" } },
    ["pod's label", "pod's service account", "pod's phase", "model's reply"],
  ],
])("when %s, exactly its links are broken", (_, change, links) => {
  expect(brokenLinks(change)).toEqual(links);
});

test("a pod that is still trying is waited for", () => {
  const checks = checkChain({
    ...working,
    pod: { ...working.pod, phase: "Running", log: "no role" },
  });
  expect(checks.filter(({ holds }) => !holds).map(({ link }) => link)).toEqual(["model's reply"]);
  expect(checks.at(-1)?.wayOut).toContain("ten minutes");
});

test("a broken link says what to do", () => {
  for (const check of checkChain({ ...working, permissions: [], federatedCredentials: [] })) {
    expect(check.wayOut === undefined).toBe(check.holds);
  }
});
