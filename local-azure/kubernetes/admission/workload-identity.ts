import type { Cluster } from "../cluster";
import type { Container, Pod, Volume } from "../pod";
import { StatusError } from "../status";

const PREFIX = "azure.workload.identity";
const VOLUME = "azure-identity-token";
const MOUNT_PATH = "/var/run/secrets/azure/tokens";
const TOKEN_FILE = "azure-identity-token";
const WEBHOOK = "mutation.azure-workload-identity.io";
const DEFAULT_EXPIRATION_SECONDS = 3600;
const MAXIMUM_EXPIRATION_SECONDS = 86_400;

/**
 * Gives a pod with the label `azure.workload.identity/use: "true"` a token for Entra ID and the variables
 * that Azure's client libraries read.
 *
 * Source: Azure/azure-workload-identity, pkg/webhook/webhook.go and consts.go;
 * https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
 *
 * @throws StatusError when the webhook denies the pod.
 */
export const admitWorkloadIdentity = (cluster: Cluster, pod: Pod): void => {
  const { metadata, spec } = pod;
  if (!cluster.record.workloadIdentity || metadata.labels?.[`${PREFIX}/use`] !== "true") return;
  const account = cluster.objects.get(
    "serviceaccounts",
    metadata.namespace,
    spec.serviceAccountName ?? "default",
  );
  const ofAccount = account?.metadata.annotations ?? {};
  checkProxy(pod);
  const expirationSeconds = tokenExpiration(
    metadata.annotations?.[`${PREFIX}/service-account-token-expiration`] ??
      ofAccount[`${PREFIX}/service-account-token-expiration`],
  );
  const skipped = (metadata.annotations?.[`${PREFIX}/skip-containers`] ?? "")
    .split(";")
    .map((name) => name.trim());
  const variables = {
    AZURE_CLIENT_ID: ofAccount[`${PREFIX}/client-id`] ?? "",
    AZURE_TENANT_ID: ofAccount[`${PREFIX}/tenant-id`] ?? cluster.azure.tenantId,
    AZURE_FEDERATED_TOKEN_FILE: `${MOUNT_PATH}/${TOKEN_FILE}`,
    AZURE_AUTHORITY_HOST: `${cluster.azure.origin}/`,
  };
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    if (!skipped.includes(container.name)) addIdentity(container, variables);
  }
  const volume: Volume = {
    name: VOLUME,
    projected: {
      sources: [
        {
          serviceAccountToken: {
            audience: "api://AzureADTokenExchange",
            expirationSeconds,
            path: TOKEN_FILE,
          },
        },
      ],
      defaultMode: 0o644,
    },
  };
  spec.volumes = withNamed(spec.volumes ?? [], volume);
};

/**
 * The proxy that gives code of the time before workload identity its tokens. It is checked and not injected: its
 * images, which redirect a whole pod's traffic, cannot run as processes of this machine.
 */
const checkProxy = ({ metadata, spec }: Pod): void => {
  if (metadata.annotations?.[`${PREFIX}/inject-proxy-sidecar`] === undefined) return;
  if (spec.hostNetwork === true) {
    throw denied("hostNetwork is set to true, cannot inject proxy sidecar");
  }
  const port = metadata.annotations[`${PREFIX}/proxy-sidecar-port`];
  if (port === undefined || /^[+-]?\d+$/.test(port)) return;
  throw denied(
    `failed to parse proxy sidecar port: strconv.ParseInt: parsing ${JSON.stringify(port)}: invalid syntax`,
  );
};

const addIdentity = (container: Container, variables: Record<string, string>): void => {
  const { env = [], volumeMounts = [] } = container;
  const missing = Object.entries(variables).filter(
    ([name, value]) => value !== "" && !env.some((variable) => variable.name === name),
  );
  container.env = [...env, ...missing.map(([name, value]) => ({ name, value }))];
  container.volumeMounts = withNamed(volumeMounts, {
    name: VOLUME,
    readOnly: true,
    mountPath: MOUNT_PATH,
  });
};

/** In the place of the entry that has its name, else at the end. */
const withNamed = <T extends { readonly name: string }>(entries: readonly T[], entry: T): T[] =>
  entries.some(({ name }) => name === entry.name)
    ? entries.map((old) => (old.name === entry.name ? entry : old))
    : [...entries, entry];

const tokenExpiration = (text: string | undefined): number => {
  if (text === undefined || text === "") return DEFAULT_EXPIRATION_SECONDS;
  const seconds = Number(text);
  if (!/^-?\d+$/.test(text)) {
    throw denied(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  if (seconds < DEFAULT_EXPIRATION_SECONDS || seconds > MAXIMUM_EXPIRATION_SECONDS) {
    throw denied(
      `token expiration ${seconds} not valid. Expected value to be between 3600 and 86400`,
    );
  }
  return seconds;
};

/** As controller-runtime's `admission.Errored` answers: a code, and no reason. */
const denied = (message: string) =>
  new StatusError(400, "", `admission webhook "${WEBHOOK}" denied the request: ${message}`);
