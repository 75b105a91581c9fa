import { SettingsError } from "./settings";

/** Why the chain from pod to model is broken, for a person to read. */
export interface Failure {
  /** The link of the chain that is broken. */
  readonly link: string;
  readonly what: string;
  readonly wayOut: string;
  /** True where a change may not have spread yet, or the service is busy. */
  readonly mayPass: boolean;
  /** When the service wants to be asked again, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** No access token could be had; the reason is the `cause`. */
export class TokenError extends Error {
  constructor(cause: unknown) {
    super("No access token.", { cause });
    this.name = "TokenError";
  }
}

/** The lines that end the log of a failed run. */
export function report({ link, what, wayOut }: Failure): string {
  return `Connect to Azure OpenAI service failed at the ${link}.\n  ${what}\n  Way out: ${wayOut}`;
}

/** One way to fail: recognised by `sign`, in the text of the error. */
interface Sign extends Pick<Failure, "link" | "wayOut"> {
  readonly sign: RegExp;
  readonly mayPass?: boolean;
}

const FEDERATED_CREDENTIAL = "federated credential of the identity";
const WRONG_TENANT = "tenant";

/**
 * Entra's answers. Its codes are looked up at https://login.microsoftonline.com/error?code=<digits>;
 * 70021 has had the subdivisions 700211, 700212 and 700213 (and longer ones) since 2024.
 */
const ENTRA: readonly Sign[] = [
  {
    sign: /AADSTS700211\d?:/,
    link: FEDERATED_CREDENTIAL,
    wayOut:
      "the cluster's OIDC issuer is in no federated credential of the identity: create the connection again, or add a federated credential with the issuer of this cluster.",
    mayPass: true,
  },
  {
    sign: /AADSTS700212\d?:/,
    link: FEDERATED_CREDENTIAL,
    wayOut: "the federated credential's audience has to be api://AzureADTokenExchange.",
    mayPass: true,
  },
  {
    sign: /AADSTS70021(3\d?)?:/,
    link: FEDERATED_CREDENTIAL,
    wayOut:
      "no federated credential of the identity names this pod's service account: create the connection again, or add a federated credential with the subject system:serviceaccount:<namespace>:<service account>.",
    mayPass: true,
  },
  {
    sign: /AADSTS(700024|50013|50027|50166|700027|7000272|5002723):/,
    link: "service account token",
    wayOut:
      "Entra does not accept the token's signature or lifetime: restart the pod, and check that the cluster's OIDC issuer is reachable and its clock right.",
  },
  {
    sign: /AADSTS700016:/,
    link: "identity",
    wayOut:
      "AZURE_OPENAI_CLIENTID has to be the client id of a user-assigned identity of this tenant: was it deleted or made again? Create the connection again.",
    mayPass: true,
  },
  {
    sign: /AADSTS(90002|900021|900023|90019|500011):/,
    link: WRONG_TENANT,
    wayOut:
      "AZURE_TENANT_ID and AZURE_AUTHORITY_HOST have to be those of the subscription with the identity; the workload identity webhook takes the tenant from the cluster's configuration, or from the service account's annotation azure.workload.identity/tenant-id.",
  },
  {
    sign: /AADSTS(90033|90043|50196|90010|700022)?:|temporarily_unavailable/,
    link: "token endpoint of Entra",
    wayOut: "look the code up at https://login.microsoftonline.com/error.",
    mayPass: true,
  },
];

const TOKEN_FILE: Sign = {
  sign: /ENOENT|EACCES|No content on the file/,
  link: "service account token",
  wayOut:
    'the workload identity webhook has to project the token: the pod needs the label azure.workload.identity/use: "true" at its creation and the service account of the connection.',
};

/** The data plane's answers, by `error.code` and `error.message`. */
const OPENAI: readonly Sign[] = [
  {
    sign: /PermissionDenied|lacks the required data action|does not have access to API/,
    link: "role assignment",
    wayOut:
      "give the identity the role Cognitive Services OpenAI User on the Azure OpenAI account (the connection assigns it); a new assignment takes up to some minutes.",
    mayPass: true,
  },
  {
    sign: /DeploymentNotFound/,
    link: "model deployment",
    wayOut:
      "AZURE_OPENAI_DEPLOYMENT has to be the name of a deployment of this account (not of a model); a new deployment takes up to 5 minutes.",
    mayPass: true,
  },
  {
    sign: /tenant .*does not match|token tenant/i,
    link: WRONG_TENANT,
    wayOut: "the identity and the Azure OpenAI account have to belong to the same tenant.",
  },
  {
    sign: /Virtual Network|Firewall|private endpoint|public access is disabled/i,
    link: "network rules of the Azure OpenAI account",
    wayOut: "let the cluster's outbound address or subnet through, or use a private endpoint.",
    mayPass: true,
  },
  {
    sign: /^(429|5\d\d) /,
    link: "capacity of the model deployment",
    wayOut: "wait, or raise the deployment's capacity (tokens per minute).",
    mayPass: true,
  },
  {
    sign: /^(401|403) /,
    link: "access to the Azure OpenAI account",
    wayOut:
      "the account needs a custom subdomain, and AZURE_OPENAI_BASE has to be its own endpoint: tokens of Entra are not accepted at a regional one.",
  },
  {
    sign: /OperationNotSupported/,
    link: "model deployment",
    wayOut: "deploy a model that does chat completions.",
  },
  {
    sign: /^404 /,
    link: "endpoint or API version",
    wayOut: "check AZURE_OPENAI_BASE and AZURE_OPENAI_API_VERSION.",
  },
];

/** Where a request could not even be sent: what the link and the setting are called. */
const ENTRA_PEER = { name: "Entra's token endpoint", setting: "AZURE_AUTHORITY_HOST" };
const OPENAI_PEER = { name: "the Azure OpenAI endpoint", setting: "AZURE_OPENAI_BASE" };

/** Node's and OpenSSL's error codes; a certificate does not become trusted by waiting. */
const network = (peer: typeof ENTRA_PEER): readonly Sign[] => [
  {
    sign: /ENOTFOUND|EAI_AGAIN/,
    link: `name of ${peer.name}`,
    wayOut: `check ${peer.setting} and the cluster's DNS; a new account's name takes a moment.`,
    mayPass: true,
  },
  {
    sign: /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/,
    link: `TLS certificate of ${peer.name}`,
    wayOut: "trust the issuer of the certificate through NODE_EXTRA_CA_CERTS.",
  },
  {
    sign: /ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR|TimeoutError|timed out/i,
    link: `connection to ${peer.name}`,
    wayOut: `check ${peer.setting}, the cluster's outbound rules and its proxy.`,
    mayPass: true,
  },
];

const UNKNOWN: Sign = {
  sign: /^/,
  link: "request",
  wayOut: "set AZURE_OPENAI_DEBUG=1 to see the whole error.",
};

/** An error and what caused it, from the outside in. */
function chain(error: unknown): Error[] {
  const links: Error[] = [];
  for (let next = error; next instanceof Error && links.length < 10;) {
    links.push(next);
    next = next.cause ?? (next instanceof AggregateError ? next.errors[0] : undefined);
  }
  return links;
}

const field = (error: Error, name: string): unknown =>
  (error as unknown as Record<string, unknown>)[name];

/** Entra's sentence without the ids of the request, which only its support can use. */
function entraSentence(message: string): string {
  return (/AADSTS\d+:.*/s.exec(message)?.[0] ?? message).replace(/\s*Trace ID:.*/s, "");
}

function retryAfterMs(error: Error): number | undefined {
  const headers = field(error, "headers");
  const given = headers instanceof Headers ? headers.get("retry-after") : null;
  return given !== null && /^\d+$/.test(given) ? Number(given) * 1000 : undefined;
}

/** Turns whatever ended an attempt into the broken link and the way out. */
export function explain(error: unknown): Failure {
  if (error instanceof SettingsError) {
    return {
      link: "settings",
      what: error.problems.join("\n  "),
      wayOut: "correct what is listed and start the pod again.",
      mayPass: false,
    };
  }
  const errors = chain(error);
  const answered = errors.find((one) => typeof field(one, "status") === "number");
  const forToken = errors.some((one) => one instanceof TokenError);
  const text = answered
    ? `${String(field(answered, "status"))} ${String(field(answered, "code") ?? "")} ${answered.message}`
    : errors
        .map((one) => `${one.name} ${String(field(one, "code") ?? "")} ${one.message}`)
        .join("\n");
  const signs = answered
    ? OPENAI
    : forToken
      ? [...ENTRA, TOKEN_FILE, ...network(ENTRA_PEER)]
      : network(OPENAI_PEER);
  const { link, wayOut, mayPass = false } = signs.find(({ sign }) => sign.test(text)) ?? UNKNOWN;
  const inner = errors.at(-1)?.message || String(error);
  return {
    link,
    what: answered ? answered.message : entraSentence(inner),
    wayOut,
    mayPass,
    retryAfterMs: answered && retryAfterMs(answered),
  };
}
