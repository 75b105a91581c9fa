import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { createArmPlane, type Arm } from "./arm/plane";
import { createControls } from "./core/controls";
import { AzureError } from "./core/errors";
import type {
  KubernetesPlane,
  LocalAzure,
  Plane,
  RegistryPlane,
  StoragePlane,
} from "./core/planes";
import { createEntraPlane, type Entra } from "./entra/plane";
import { createKubernetesPlane } from "./kubernetes/plane";
import { createOpenAiPlane } from "./openai/plane";
import { createRegistryPlane } from "./registry/plane";
import { createStoragePlane } from "./storage/plane";

export interface LocalAzureOptions extends Pick<
  LocalAzure,
  | "clock"
  | "store"
  | "origin"
  | "tenantId"
  | "subscriptionId"
  | "certificateAuthority"
  | "workDirectory"
  | "log"
> {
  /**
   * Milliseconds for which a poll is held back while what it asks about is under way.
   *
   * @default 0
   */
  readonly hold?: number;
  /** Log every request. @default false */
  readonly verbose?: boolean;
}

/** All planes behind one `fetch`. It does not listen. */
export interface Server {
  readonly azure: LocalAzure;
  readonly entra: Entra;
  readonly fetch: (request: Request, env?: object) => Response | Promise<Response>;
  /** Resolves once keys are there and what the state holds is running again. */
  readonly ready: Promise<void>;
  /** Ends pods, builds and timers, and writes the state. */
  close(): Promise<void>;
}

export function createServer(options: LocalAzureOptions): Server {
  const { hold, verbose, ...shared } = options;
  const planes: {
    arm?: Arm;
    entra?: Entra;
    kubernetes?: KubernetesPlane;
    openai?: Plane;
    registry?: RegistryPlane;
    storage?: StoragePlane;
  } = {};
  const built = <T>(plane: T | undefined): T => {
    if (plane === undefined) throw new Error("A plane was used before it was built.");
    return plane;
  };
  // Each plane is given all the others, and may use them once all are there.
  const azure: LocalAzure = {
    ...shared,
    get arm() {
      return built(planes.arm);
    },
    get entra() {
      return built(planes.entra);
    },
    get kubernetes() {
      return built(planes.kubernetes);
    },
    get openai() {
      return built(planes.openai);
    },
    get registry() {
      return built(planes.registry);
    },
    get storage() {
      return built(planes.storage);
    },
  };
  const entra = (planes.entra = createEntraPlane(azure));
  const arm = (planes.arm = createArmPlane(azure, hold));
  const kubernetes = (planes.kubernetes = createKubernetesPlane(azure));
  const openai = (planes.openai = createOpenAiPlane(azure));
  const registry = (planes.registry = createRegistryPlane(azure));
  const storage = (planes.storage = createStoragePlane(azure));

  const app = new Hono({ getPath: pathOf });
  app.use(async (c, next) => {
    const started = performance.now();
    await next();
    const id = c.res.headers.get("x-ms-request-id") ?? randomUUID();
    c.res.headers.set("x-ms-request-id", id);
    c.res.headers.set(
      "x-ms-correlation-request-id",
      c.req.header("x-ms-correlation-request-id") ?? id,
    );
    // Source: Azure/azure-resource-manager-rpc, v1.0/common-api-details.md.
    const clientId = c.req.header("x-ms-client-request-id");
    if (c.req.header("x-ms-return-client-request-id")?.toLowerCase() === "true" && clientId) {
      c.res.headers.set("x-ms-client-request-id", clientId);
    }
    if (verbose) {
      const took = Math.round(performance.now() - started);
      const { pathname, search } = new URL(c.req.url);
      azure.log(`${c.req.method} ${pathname}${search} ${c.res.status} ${took} ms`);
    }
  });
  app.onError((error) => {
    if (error instanceof AzureError) return error.toResponse();
    azure.log(`internal error: ${error.stack ?? error.message}`);
    return new AzureError(500, "InternalServerError", error.message).toResponse();
  });
  app.notFound((c) =>
    new AzureError(
      404,
      "NotFound",
      `'${new URL(c.req.url).pathname}' is not known here.`,
    ).toResponse(),
  );
  app.route("/local-azure", createControls(arm.faults));
  // Storage is told by its host names and comes first: of all the others, every host has the same paths.
  const all: Plane[] = [storage, entra, arm, kubernetes, openai, registry];
  for (const plane of all) app.route("/", plane.routes);
  arm.resume();

  return {
    azure,
    entra,
    fetch: (request, env) => app.fetch(request, env),
    ready: entra.ready,
    async close() {
      await Promise.all(all.map(async (plane) => plane.close?.()));
      options.store.flush();
    },
  };
}

/**
 * The path to route by. Clients write a second slash after the host (a sign-in address or an account's endpoint
 * that ends in one; what is a host of its own in Azure is a path here), and Azure Resource Manager's own words in
 * any casing.
 */
function pathOf(request: Request): string {
  const path = new URL(request.url).pathname.replace(
    /^(\/cognitiveservices\/[^/]+)?\/{2,}/,
    (_, endpoint = "") => `${endpoint}/`,
  );
  return path.replace(/^\/(?:subscriptions|providers|tenants)(?=\/|$)/i, (root) =>
    root.toLowerCase(),
  );
}
