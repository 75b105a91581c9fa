import { AuthenticationRequiredError, CredentialUnavailableError } from "@azure/identity";

import { explain, report, TokenError } from "../../sample-app/src/failure";
import { SettingsError } from "../../sample-app/src/settings";

/** As `openai` wraps whatever its token provider throws (openai 6, client.ts `_callApiKey`). */
function tokenFailure(cause: Error): Error {
  return new Error("Failed to get token from 'apiKey' function: No access token.", {
    cause: new TokenError(cause),
  });
}

/** What @azure/identity 4.13 makes of MSAL's ServerError for an answer of Entra. */
function entra(error: string, description: string, code: number): Error {
  return tokenFailure(
    new AuthenticationRequiredError({
      scopes: ["https://cognitiveservices.azure.com/.default"],
      message: `${error}: Error(s): ${code} - Timestamp: 2025-10-13 14:54:34Z - Description: ${description} Trace ID: 8eea681d Correlation ID: d0f0de73 Timestamp: 2025-10-13 14:54:34Z - Correlation ID: c - Trace ID: t`,
    }),
  );
}

/** The fields of openai's APIError (openai 6, core/error.ts). */
function openai(status: number, code: string, message: string, headers = {}): Error {
  return Object.assign(new Error(`${status} ${message}`), {
    status,
    code,
    headers: new Headers(headers),
  });
}

const network = (code: string, message: string) =>
  new Error("Connection error.", { cause: Object.assign(new Error(message), { code }) });

describe("Entra", () => {
  const record = "No matching federated identity record found for presented assertion";
  const check =
    "Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation";
  test.each([
    // Azure/azure-workload-identity issue 1200 and Azure/login issue 482
    [
      "invalid_client",
      700213,
      `AADSTS700213: ${record} subject 'system:serviceaccount:xxx:yyy'. ${check}`,
      "federated credential of the identity",
    ],
    // Azure/login issue 517
    [
      "invalid_client",
      7002138,
      `AADSTS7002138: ${record} subject 'x'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. ${check}`,
      "federated credential of the identity",
    ],
    // Azure/azure-workload-identity issue 1200
    [
      "invalid_client",
      700211,
      `AADSTS700211: ${record} issuer 'https://eastus.oic.prod-aks.azure.com/t/u/'. ${check}`,
      "federated credential of the identity",
    ],
    [
      "invalid_client",
      700212,
      `AADSTS700212: ${record} audience 'my.audience'. ${check}`,
      "federated credential of the identity",
    ],
    // Azure/azure-workload-identity issue 340
    ["invalid_request", 70021, `AADSTS70021: ${record}.`, "federated credential of the identity"],
    // Microsoft Learn, "Microsoft Entra authentication and authorization error codes"
    [
      "invalid_client",
      700024,
      "AADSTS700024: Client assertion is not within its valid time range.",
      "service account token",
    ],
    [
      "unauthorized_client",
      700016,
      "AADSTS700016: Application with identifier 'abc' was not found in the directory 'dir'.",
      "identity",
    ],
  ])("%s %d is the %s link", (error, code, description, link) => {
    const failure = explain(entra(error, description, code));
    expect(failure.link).toBe(link);
    // The sentence of Entra, without the ids of the request.
    expect(failure.what).toBe(description);
  });

  test("the three halves of a federated credential have different ways out", () => {
    const ways = [700211, 700212, 700213].map(
      (code) => explain(entra("invalid_client", `AADSTS${code}: ${record}.`, code)).wayOut,
    );
    expect(ways[0]).toContain("issuer");
    expect(ways[1]).toContain("api://AzureADTokenExchange");
    expect(ways[2]).toContain("system:serviceaccount:");
  });

  test("a tenant that does not exist", () => {
    const failure = explain(
      tokenFailure(
        new Error(
          "AADSTS90002: Tenant '11111111-1111-4111-8111-111111111111' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Trace ID: x",
        ),
      ),
    );
    expect(failure).toMatchObject({ link: "tenant", mayPass: false });
    expect(failure.what).toMatch(/^AADSTS90002: .*correct cloud\.$/);
  });

  test.each([
    new CredentialUnavailableError("WorkloadIdentityCredential: No content on the file /x."),
    new Error("ENOENT: no such file or directory, open '/var/run/secrets/azure/tokens/x'"),
  ])("a token that is not there: %s", (cause) => {
    const failure = explain(tokenFailure(cause));
    expect(failure).toMatchObject({ link: "service account token", mayPass: false });
    expect(failure.wayOut).toContain('azure.workload.identity/use: "true"');
  });

  test("a new federated credential may not have spread yet", () => {
    expect(explain(entra("invalid_client", `AADSTS70021: ${record}.`, 70021)).mayPass).toBe(true);
  });
});

describe("Azure OpenAI", () => {
  test.each([
    // the data plane's answer to a principal without the role
    [
      401,
      "PermissionDenied",
      "The principal `9c5b2c13` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation.",
      "role assignment",
      true,
    ],
    // Azure-Samples/azure-search-openai-demo issue 1837
    [
      401,
      "PermissionDenied",
      "Principal does not have access to API/Operation.",
      "role assignment",
      true,
    ],
    // chatboxai/chatbox issue 861
    [
      404,
      "DeploymentNotFound",
      "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
      "model deployment",
      true,
    ],
    [404, "404", "Resource not found", "endpoint or API version", false],
    [
      401,
      "401",
      "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
      "access to the Azure OpenAI account",
      false,
    ],
    [
      403,
      "403",
      "Access denied due to Virtual Network/Firewall rules.",
      "network rules of the Azure OpenAI account",
      true,
    ],
    [400, "400", "Token tenant does not match resource tenant.", "tenant", false],
    [
      400,
      "OperationNotSupported",
      "The chatCompletion operation does not work with the specified model, text-embedding-3-small. Please choose different model and try again.",
      "model deployment",
      false,
    ],
    [503, "InternalServerError", "busy", "capacity of the model deployment", true],
  ])("%d %s: %s", (status, code, message, link, mayPass) => {
    expect(explain(openai(status, code, message))).toMatchObject({
      link,
      what: `${status} ${message}`,
      mayPass,
    });
  });

  test("429 keeps the service's Retry-After", () => {
    const message =
      "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-02-15-preview have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 22 seconds.";
    expect(explain(openai(429, "429", message, { "retry-after": "22" }))).toMatchObject({
      link: "capacity of the model deployment",
      mayPass: true,
      retryAfterMs: 22_000,
    });
  });
});

describe("network", () => {
  test.each([
    ["ENOTFOUND", "getaddrinfo ENOTFOUND x.openai.azure.com", "name of", true],
    ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1", "connection to", true],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate", "TLS certificate of", false],
  ])("%s is told apart by whom it keeps away", (code, message, link, mayPass) => {
    expect(explain(network(code, message))).toMatchObject({
      link: `${link} the Azure OpenAI endpoint`,
      what: message,
      mayPass,
    });
    expect(explain(tokenFailure(network(code, message)))).toMatchObject({
      link: `${link} Entra's token endpoint`,
      mayPass,
    });
  });
});

test("settings are reported as they are", () => {
  expect(report(explain(new SettingsError(["A is not set.", "B is not set."])))).toBe(
    "Connect to Azure OpenAI service failed at the settings.\n  A is not set.\n  B is not set.\n  Way out: correct what is listed and start the pod again.",
  );
});

test("an error of no known kind is shown, and how to see more", () => {
  expect(explain(new Error("The model's answer has no text."))).toEqual({
    link: "request",
    what: "The model's answer has no text.",
    wayOut: expect.stringContaining("AZURE_OPENAI_DEBUG=1") as string,
    mayPass: false,
    retryAfterMs: undefined,
  });
});
