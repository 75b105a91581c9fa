import { setTimeout as sleep } from "node:timers/promises";

import { WorkloadIdentityCredential } from "@azure/identity";
import { AzureOpenAI } from "openai";

import { TokenError } from "./failure";
import type { Settings } from "./settings";

const SCOPE = "https://cognitiveservices.azure.com/.default";
const TOKEN_TIMEOUT_MS = 30_000;
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Prepares the one question, asked with workload identity only.
 *
 * @returns a function that asks it and resolves to the model's reply; it may be called again.
 */
export function prepareQuestion(settings: Settings): () => Promise<string> {
  const credential = new WorkloadIdentityCredential({
    clientId: settings.clientId,
    tenantId: settings.tenantId,
    tokenFilePath: settings.tokenFile,
    authorityHost: settings.authorityHost,
    // The authority comes from the cluster's own webhook. Without this, an authority that is not
    // one of the public clouds is first asked about at login.microsoft.com, which private and
    // sovereign clouds cannot reach.
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 },
  });
  const client = new AzureOpenAI({
    // Address and key are given here so that no OPENAI_* variable of the pod takes their place.
    baseURL: `${settings.endpoint}/openai`,
    apiKey: "",
    apiVersion: settings.apiVersion,
    deployment: settings.deployment,
    azureADTokenProvider: async () => {
      try {
        return (await withinTokenTimeout(credential.getToken(SCOPE))).token;
      } catch (error) {
        throw new TokenError(await discoveryProblem(settings, error));
      }
    },
    timeout: REQUEST_TIMEOUT_MS,
    // What may pass is tried again in one place (patience.ts), which knows the time left.
    maxRetries: 0,
  });
  return async () => {
    const completion = await client.chat.completions.create({
      model: settings.deployment,
      messages: [{ role: "user", content: settings.question }],
    });
    const reply = completion.choices[0]?.message.content?.trim();
    if (!reply) throw new Error("The model's answer has no text.");
    return reply;
  };
}

/** The credential itself has no time limit for a connection that hangs. */
async function withinTokenTimeout<T>(token: Promise<T>): Promise<T> {
  return Promise.race([
    token,
    sleep(TOKEN_TIMEOUT_MS, undefined, { ref: false }).then(() => {
      throw new Error(`Entra gave no token: timed out after ${TOKEN_TIMEOUT_MS / 1000} s.`);
    }),
  ]);
}

/**
 * MSAL reports every failed discovery of the tenant as `endpoints_resolution_error`, be it an
 * unknown tenant, a name that does not resolve or a certificate: asks once more to learn which.
 */
async function discoveryProblem(settings: Settings, error: unknown): Promise<unknown> {
  if (!String(error).includes("endpoints_resolution_error")) return error;
  try {
    const response = await fetch(
      `${settings.authorityHost}/${settings.tenantId}/v2.0/.well-known/openid-configuration`,
      { signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS) },
    );
    if (response.ok) return error;
    const body: unknown = await response.json();
    const described = body as { error_description?: string } | null;
    return new Error(described?.error_description ?? `Entra answered ${response.status}.`);
  } catch (problem) {
    return problem;
  }
}
