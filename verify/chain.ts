import type { Facts } from "./facts";
import { permits } from "./role";

/** One link of the keyless chain, looked at by itself. */
export interface Check {
  readonly link: string;
  readonly holds: boolean;
  /** What was found. */
  readonly found: string;
  /** What to do when the link is broken. */
  readonly wayOut?: string;
}

/** The line with which the tutorial's sample application ends. */
export const successLine = "Connect to Azure OpenAI service succeeded.";

const tokenExchangeAudience = "api://AzureADTokenExchange";
const chatCompletions =
  "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
const redeploy = "Run `npm run deploy`: it puts back what is missing.";
const recreateConnection =
  "Service Connector made it and Terraform does not track it: replace the connection " +
  "(`terraform apply -replace` of its address, or delete it and run `npm run deploy`).";

/**
 * Every link from the connection to the pod's log, in the order in which they depend on each other.
 *
 * Service Connector's own validation of an AKS connection always succeeds, so each link is looked at here:
 * https://learn.microsoft.com/azure/service-connector/how-to-use-service-connector-in-aks
 */
export function checkChain(facts: Facts): Check[] {
  const { connection, cluster, identity, pod, deployment, image } = facts;
  const serviceAccount = `sc-account-${connection.clientId ?? ""}`;
  const secret = `sc-${connection.name.replace(/[^a-z0-9]/gi, "")}-secret`;
  const subject = `system:serviceaccount:${connection.namespace}:${serviceAccount}`;
  const issuer = cluster.issuerUrl ?? "";
  const repository = image.name.replace(/^.*\//, "").replace(/:.*$/, "");
  const useLabel = pod.labels["azure.workload.identity/use"];

  return [
    check("connection", connection.provisioningState === "Succeeded", {
      found: `${connection.name}: ${connection.provisioningState ?? "does not exist"}`,
      wayOut: redeploy,
    }),
    check("cluster's OIDC issuer", issuer !== "", {
      found: issuer || "not enabled",
      wayOut: redeploy,
    }),
    check("cluster's workload identity", cluster.workloadIdentity, {
      found: cluster.workloadIdentity ? "enabled" : "not enabled",
      wayOut: redeploy,
    }),
    check("identity", identity !== undefined, {
      found: identity?.id ?? `no identity has the client id ${connection.clientId ?? "(none)"}`,
      wayOut: redeploy,
    }),
    check(
      "federated credential",
      facts.federatedCredentials.some(
        (credential) =>
          credential.issuer === issuer &&
          credential.subject === subject &&
          credential.audiences.includes(tokenExchangeAudience),
      ),
      {
        found: `${facts.federatedCredentials.length} on the identity; wanted: ${subject} of ${issuer}`,
        wayOut: recreateConnection,
      },
    ),
    check("role assignment", permits(facts.permissions, chatCompletions), {
      found: permits(facts.permissions, chatCompletions)
        ? "permits chat completions"
        : `none of the identity's ${facts.permissions.length} role permissions permits ${chatCompletions}`,
      wayOut: recreateConnection,
    }),
    check("model deployment", deployment.provisioningState === "Succeeded", {
      found: `${deployment.name}: ${deployment.provisioningState ?? "does not exist"}`,
      wayOut: redeploy,
    }),
    check("service account", facts.serviceAccountClientId === connection.clientId, {
      found: `${connection.namespace}/${serviceAccount}: ${
        facts.serviceAccountClientId === undefined
          ? "missing, or without azure.workload.identity/client-id"
          : `annotated with ${facts.serviceAccountClientId}`
      }`,
      wayOut: recreateConnection,
    }),
    check("secret", facts.secretKeys?.includes("AZURE_OPENAI_BASE") === true, {
      found: `${connection.namespace}/${secret}: ${facts.secretKeys?.join(", ") ?? "missing"}`,
      wayOut: recreateConnection,
    }),
    check("image", image.repositories.includes(repository), {
      found: `${image.name}; repositories: ${image.repositories.join(", ") || "none"}`,
      wayOut: redeploy,
    }),
    check("pod's label", useLabel === "true", {
      found: `azure.workload.identity/use: ${useLabel ?? "missing"}`,
      wayOut: redeploy,
    }),
    check("pod's service account", pod.serviceAccountName === serviceAccount, {
      found: pod.serviceAccountName ?? "no pod",
      wayOut: redeploy,
    }),
    check("pod's phase", pod.phase === "Succeeded" || pod.phase === "Running", {
      found: `${connection.namespace}/${pod.name}: ${pod.phase ?? "does not exist"}`,
      wayOut:
        "Read the pod's log below; once its cause is mended, delete the pod " +
        `(kubectl delete pod -n ${connection.namespace} ${pod.name}) and run \`npm run deploy\`.`,
    }),
    check("model's reply", pod.log.includes(successLine), {
      found: pod.log.includes(successLine) ? successLine : "the pod's log has no such line",
      wayOut:
        pod.phase === "Running" || pod.phase === "Pending"
          ? "Read the pod's log below, and verify again: the application tries until it succeeds, and a new role " +
            "assignment may take ten minutes to be seen."
          : "Read the pod's log below.",
    }),
  ];
}

function check(link: string, holds: boolean, text: { found: string; wayOut: string }): Check {
  return holds ? { link, holds, found: text.found } : { link, holds, ...text };
}
