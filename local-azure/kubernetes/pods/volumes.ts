import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Cluster } from "../cluster";
import type { Pod, Volume, VolumeProjection } from "../pod";
import { fieldValue } from "./downward-api";

/** A volume cannot be set up yet (`FailedMount`). */
export class VolumeError extends Error {
  constructor(
    readonly volume: string,
    message: string,
  ) {
    super(message);
  }
}

interface File {
  readonly path: string;
  readonly content: Buffer;
}

/** A kubelet asks for a new token when 80 % of the old one's life is over. */
const TOKEN_REFRESH_SHARE = 0.8;

/**
 * Writes a pod's volumes as folders of this machine.
 *
 * Source: https://kubernetes.io/docs/concepts/storage/volumes/ and, for tokens,
 * https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken
 *
 * @returns Seconds after which they must be written again, because tokens age; nothing without a token.
 * @throws VolumeError when a volume's source is not there.
 */
export const writeVolumes = (cluster: Cluster, pod: Pod, directory: string): number | undefined => {
  for (const volume of pod.spec.volumes ?? []) {
    const target = join(directory, volume.name);
    const files = filesOf(cluster, pod, volume);
    mkdirSync(target, { recursive: true, mode: 0o700 });
    for (const { path, content } of files ?? [])
      writeAtomically(volume.name, target, path, content);
  }
  const lifetimes = (pod.spec.volumes ?? []).flatMap(({ projected }) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }) =>
      serviceAccountToken ? [serviceAccountToken.expirationSeconds ?? 3600] : [],
    ),
  );
  return lifetimes.length === 0 ? undefined : Math.min(...lifetimes) * TOKEN_REFRESH_SHARE;
};

/** A reader sees the old content or the new, never half of it. */
const writeAtomically = (volume: string, target: string, path: string, content: Buffer): void => {
  const file = join(target, path);
  if (relative(target, file).startsWith("..")) {
    throw new VolumeError(volume, `the path "${path}" leads out of the volume`);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
};

/** @returns Nothing for a volume that the pod fills itself. */
const filesOf = (cluster: Cluster, pod: Pod, volume: Volume): File[] | undefined => {
  if (volume.emptyDir) return undefined;
  if (volume.secret) {
    const { secretName: name, ...rest } = volume.secret;
    return projectedFiles(cluster, pod, volume.name, { secret: { name, ...rest } });
  }
  if (volume.configMap) {
    return projectedFiles(cluster, pod, volume.name, { configMap: volume.configMap });
  }
  if (volume.downwardAPI) {
    return projectedFiles(cluster, pod, volume.name, { downwardAPI: volume.downwardAPI });
  }
  if (volume.projected) {
    return (volume.projected.sources ?? []).flatMap((source) =>
      projectedFiles(cluster, pod, volume.name, source),
    );
  }
  const [type = ""] = Object.keys(volume).filter((field) => field !== "name");
  throw new VolumeError(
    volume.name,
    `volumes of type ${type} are not available in the local Azure`,
  );
};

const projectedFiles = (
  cluster: Cluster,
  pod: Pod,
  volume: string,
  { secret, configMap, downwardAPI, serviceAccountToken }: VolumeProjection,
): File[] => {
  if (serviceAccountToken) {
    return [
      { path: serviceAccountToken.path, content: token(cluster, pod, volume, serviceAccountToken) },
    ];
  }
  if (downwardAPI) {
    return (downwardAPI.items ?? []).map(({ path, fieldRef }) => ({
      path,
      content: Buffer.from(fieldRef ? fieldValue(pod, fieldRef.fieldPath) : ""),
    }));
  }
  const source = secret ?? configMap;
  if (!source) throw new VolumeError(volume, "a projected source of this type is not available");
  const plural = secret ? "secrets" : "configmaps";
  const object = cluster.objects.get(plural, pod.metadata.namespace, source.name);
  if (!object) {
    if (source.optional === true) return [];
    throw new VolumeError(volume, `${secret ? "secret" : "configmap"} "${source.name}" not found`);
  }
  const text = secret ? "base64" : "utf8";
  const contents = new Map([
    ...Object.entries((object.data ?? {}) as Record<string, string>).map(
      ([key, value]) => [key, Buffer.from(value, text)] as const,
    ),
    ...Object.entries((object.binaryData ?? {}) as Record<string, string>).map(
      ([key, value]) => [key, Buffer.from(value, "base64")] as const,
    ),
  ]);
  const items = source.items ?? [...contents.keys()].map((key) => ({ key, path: key }));
  return items.flatMap(({ key, path }) => {
    const content = contents.get(key);
    if (content) return [{ path, content }];
    if (source.optional === true) return [];
    throw new VolumeError(
      volume,
      `references non-existent ${secret ? "secret" : "config"} key: ${key}`,
    );
  });
};

const token = (
  cluster: Cluster,
  pod: Pod,
  volume: string,
  { audience, expirationSeconds = 3600 }: { audience?: string; expirationSeconds?: number },
): Buffer => {
  const { name, namespace = "", uid } = pod.metadata;
  const account = pod.spec.serviceAccountName ?? "default";
  const serviceAccount = cluster.objects.get("serviceaccounts", namespace, account);
  if (!serviceAccount) {
    throw new VolumeError(volume, `failed to fetch token: serviceaccounts "${account}" not found`);
  }
  const node = cluster.objects.get("nodes", undefined, pod.spec.nodeName ?? "");
  return Buffer.from(
    cluster.issueToken(
      {
        namespace,
        serviceAccount: { name: account, uid: String(serviceAccount.metadata.uid) },
        pod: { name, uid: String(uid) },
        node: node && { name: node.metadata.name, uid: String(node.metadata.uid) },
      },
      {
        audiences: [audience === undefined || audience === "" ? cluster.server : audience],
        expirationSeconds,
      },
    ),
  );
};
