import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import type { Clock } from "../../local-azure/core/clock";
import { AzureError } from "../../local-azure/core/errors";
import type {
  AccessTokenClaims,
  ArmPlane,
  ArmResource,
  EntraPlane,
  LocalAzure,
} from "../../local-azure/core/planes";
import { Store } from "../../local-azure/core/store";
import { createKubernetesPlane } from "../../local-azure/kubernetes/plane";
import type { Random } from "../../local-azure/kubernetes/random";
import { createOpenAiPlane } from "../../local-azure/openai/plane";
import { createRegistryPlane } from "../../local-azure/registry/plane";
import { ManualClock } from "./manual-clock";

const TENANT = "11111111-1111-1111-1111-111111111111";
const SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";

/** Resources that a test puts there, and permissions that it grants. */
export class FakeArm implements ArmPlane {
  readonly routes = new Hono();
  readonly resources: ArmResource[] = [];
  readonly grants: {
    readonly principalId: string;
    readonly action: string;
    readonly scope: string;
  }[] = [];

  get(id: string): ArmResource | undefined {
    return this.resources.find((resource) => resource.id.toLowerCase() === id.toLowerCase());
  }

  list(type: string): ArmResource[] {
    return this.resources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
  }

  permits(principalId: string, action: string, scope: string): boolean {
    return this.grants.some(
      (grant) =>
        grant.principalId === principalId &&
        grant.action === action &&
        `${scope}/`.toLowerCase().startsWith(`${grant.scope}/`.toLowerCase()),
    );
  }
}

/** Tokens in the form `<oid> <audience>`: signatures are Entra's own matter, tested there. */
export class FakeEntra implements EntraPlane {
  readonly routes = new Hono();

  issueAccessToken({ oid }: { oid: string }, audience: string): Promise<string> {
    return Promise.resolve(Buffer.from(`${oid} ${audience}`).toString("base64url"));
  }

  verifyBearerToken(
    authorization: string | undefined,
    audiences: readonly string[],
  ): Promise<AccessTokenClaims> {
    const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1] ?? "";
    const [oid = "", aud = ""] = Buffer.from(token, "base64url").toString().split(" ");
    if (!audiences.includes(aud)) {
      return Promise.reject(new AzureError(401, "InvalidAuthenticationToken", "invalid"));
    }
    return Promise.resolve({ aud, oid, tid: TENANT, appid: oid, exp: Number.MAX_SAFE_INTEGER });
  }
}

export interface ComposedPlanes extends LocalAzure {
  readonly arm: FakeArm;
  readonly entra: FakeEntra;
  /** All routes behind one application, as the server has them. An error that is not Azure's fails the request. */
  readonly app: Hono;
  close(): Promise<void>;
}

/** Random bytes that are the same in every run. */
const countingRandom = (): Random => {
  let count = 0;
  return (bytes) =>
    Buffer.from(Array.from({ length: bytes }, () => (count = (count * 31 + 7) % 251)));
};

/**
 * The Kubernetes, OpenAI and registry planes with each other, and with stand-ins for the two others.
 *
 * @param options.clock - @default a clock that stands still
 */
export const composePlanes = (
  options: {
    readonly clock?: Clock;
    readonly store?: Store;
    readonly workDirectory?: string;
    readonly origin?: string;
    readonly certificateAuthority?: string;
  } = {},
): ComposedPlanes => {
  const workDirectory = options.workDirectory ?? mkdtempSync(join(tmpdir(), "local-azure-"));
  const arm = new FakeArm();
  const entra = new FakeEntra();
  const app = new Hono();
  app.onError((error) => {
    if (error instanceof AzureError) return error.toResponse();
    throw error;
  });
  // Each plane is given the object that holds all of them, and uses it once all are there.
  const planes = {
    clock: options.clock ?? new ManualClock(),
    store: options.store ?? new Store(),
    origin: options.origin ?? "https://localhost:8443",
    tenantId: TENANT,
    subscriptionId: SUBSCRIPTION,
    certificateAuthority:
      options.certificateAuthority ??
      "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n",
    workDirectory,
    log: () => undefined,
    arm,
    entra,
    app,
  } as unknown as { -readonly [Name in keyof ComposedPlanes]: ComposedPlanes[Name] };
  planes.kubernetes = createKubernetesPlane(planes, countingRandom());
  planes.openai = createOpenAiPlane(planes);
  planes.registry = createRegistryPlane(planes, { allowFileContexts: true });
  for (const { routes } of [planes.kubernetes, planes.openai, planes.registry])
    app.route("/", routes);
  planes.close = async () => {
    await Promise.all([planes.kubernetes.close?.(), planes.registry.close?.()]);
    if (options.workDirectory === undefined)
      rmSync(workDirectory, { recursive: true, force: true });
  };
  return planes;
};

/** Waits, in real time, for something that a process of this machine brings about. */
export const eventually = async <T>(
  find: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> => {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not so within ten seconds: ${find.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
