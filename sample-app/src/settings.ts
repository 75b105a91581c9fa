/** What the application runs with; every value comes from the pod's environment. */
export interface Settings {
  /** Endpoint of the Azure OpenAI account, without a slash at its end. */
  readonly endpoint: string;
  /** Client id of the user-assigned identity that the connection names. */
  readonly clientId: string;
  readonly tenantId: string;
  /** Path of the projected service account token. */
  readonly tokenFile: string;
  /** Entra's address, e.g. `https://login.microsoftonline.com/`. */
  readonly authorityHost: string;
  readonly deployment: string;
  readonly apiVersion: string;
  readonly question: string;
  /** How long a failure that may pass is tried again, in seconds. */
  readonly waitSeconds: number;
}

/** The latest generally available version of the data plane's dated APIs (Microsoft Learn, "Azure OpenAI API version lifecycle"). */
const DEFAULT_API_VERSION = "2024-10-21";
const DEFAULT_QUESTION = "In one sentence: what is workload identity in Kubernetes good for?";
/** A new role assignment or federated credential is not seen everywhere at once. */
const DEFAULT_WAIT_SECONDS = "120";

/** Settings are missing or wrong; `problems` has one line for each. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "SettingsError";
  }
}

const CONNECTION =
  "it comes from the secret that Service Connector makes: refer to that secret in the pod's envFrom";
const WEBHOOK =
  "the workload identity webhook sets it: the pod needs the label " +
  'azure.workload.identity/use: "true" and the service account of the connection';

/**
 * Reads and checks the settings.
 *
 * @throws SettingsError that lists every problem at once.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const missing = new Map<string, string[]>();
  const problems: string[] = [];
  const required = (name: string, wayOut: string): string => {
    const value = env[name]?.trim() ?? "";
    if (value === "") missing.set(wayOut, [...(missing.get(wayOut) ?? []), name]);
    return value;
  };
  const optional = (name: string, otherwise: string): string => env[name]?.trim() || otherwise;
  const address = (name: string, value: string): string => {
    if (value !== "" && !/^https:\/\/./i.test(value)) {
      problems.push(`${name} is "${value}"; an https:// address is needed, a token travels to it.`);
    }
    return value.replace(/\/+$/, "");
  };

  const endpoint = address("AZURE_OPENAI_BASE", required("AZURE_OPENAI_BASE", CONNECTION));
  const clientId = required("AZURE_OPENAI_CLIENTID", CONNECTION);
  const deployment = required("AZURE_OPENAI_DEPLOYMENT", "give the model deployment's name");
  const tenantId = required("AZURE_TENANT_ID", WEBHOOK);
  const tokenFile = required("AZURE_FEDERATED_TOKEN_FILE", WEBHOOK);
  const authorityHost = address(
    "AZURE_AUTHORITY_HOST",
    optional("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com"),
  );
  if (deployment !== "" && !/^[\w.-]+$/.test(deployment)) {
    problems.push(
      `AZURE_OPENAI_DEPLOYMENT is "${deployment}"; a deployment's name has letters, digits, ".", "_" and "-" only.`,
    );
  }
  const wait = optional("AZURE_OPENAI_WAIT_SECONDS", DEFAULT_WAIT_SECONDS);
  const waitSeconds = Number(wait);
  if (!Number.isInteger(waitSeconds) || waitSeconds < 0 || waitSeconds > 3600) {
    problems.push(
      `AZURE_OPENAI_WAIT_SECONDS is "${wait}"; whole seconds from 0 to 3600 are allowed.`,
    );
  }
  for (const [wayOut, names] of [...missing].reverse()) {
    problems.unshift(
      `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} not set; ${wayOut}.`,
    );
  }
  if (problems.length > 0) throw new SettingsError(problems);

  return {
    endpoint,
    clientId,
    tenantId,
    tokenFile,
    authorityHost,
    deployment,
    apiVersion: optional("AZURE_OPENAI_API_VERSION", DEFAULT_API_VERSION),
    question: optional("AZURE_OPENAI_QUESTION", DEFAULT_QUESTION),
    waitSeconds,
  };
}
