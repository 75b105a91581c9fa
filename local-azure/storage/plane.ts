import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Clock } from "../core/clock";
import type { ArmResource, LocalAzure, StoragePlane } from "../core/planes";
import { STORAGE_ACCOUNTS } from "../arm/resources/storage-accounts";
import { authenticate, authorize } from "./authentication";
import { BlobStore } from "./blob-store";
import { deleteBlob, getBlob, putBlob, setBlobMetadata, snapshotBlob } from "./blob-operations";
import { containerProperties, listBlobs } from "./container-operations";
import { containerNotFound, invalidHeader, notHere, StorageError } from "./errors";
import { leaseBlob } from "./lease-operation";
import { storageRequest, type StorageRequest } from "./storage-request";

const CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers";
const READ = [`${CONTAINERS}/blobs/read`];
const WRITE = [`${CONTAINERS}/blobs/write`];
/** The second is for what is new only, which a snapshot and a first upload are. */
const ADD = [...WRITE, `${CONTAINERS}/blobs/add/action`];

interface Operation {
  /** What a role has to have, any one of them. */
  readonly permissions: readonly string[];
  run(
    request: StorageRequest,
    blobs: BlobStore,
    clock: Clock,
    container: ArmResource,
  ): Response | Promise<Response>;
}

const properties: Operation = {
  permissions: [`${CONTAINERS}/read`],
  run: (_, __, ___, container) => containerProperties(container),
};

/** Source: https://learn.microsoft.com/rest/api/storageservices/operations-on-the-blob-service */
const CONTAINER_OPERATIONS: Readonly<Record<string, Operation>> = {
  "GET list": { permissions: READ, run: listBlobs },
  GET: properties,
  HEAD: properties,
};

const BLOB_OPERATIONS: Readonly<Record<string, Operation>> = {
  GET: { permissions: READ, run: getBlob },
  HEAD: { permissions: READ, run: getBlob },
  PUT: { permissions: WRITE, run: putBlob },
  DELETE: { permissions: [`${CONTAINERS}/blobs/delete`], run: deleteBlob },
  "PUT lease": { permissions: WRITE, run: leaseBlob },
  "PUT metadata": { permissions: WRITE, run: setBlobMetadata },
  "PUT snapshot": { permissions: ADD, run: snapshotBlob },
};

/** The Blob service of storage accounts, as far as a state backend of the engine uses it. */
export function createStoragePlane(azure: LocalAzure): StoragePlane {
  const blobs = new BlobStore(azure.store);
  const host = new URL(azure.origin).host;

  const respond = async (raw: Request, accountName: string): Promise<Response> => {
    const account = azure.arm.list(STORAGE_ACCOUNTS).find(({ name }) => name === accountName);
    // On Azure there is no such host name.
    if (!account)
      throw new StorageError(404, "ResourceNotFound", `There is no account ${accountName}.`);
    const version = raw.headers.get("x-ms-version");
    if (version !== null && !/^\d{4}-\d\d-\d\d$/.test(version)) {
      throw invalidHeader("x-ms-version", version);
    }
    const principalId = await authenticate(azure, account, raw);
    const request = storageRequest(raw, account);
    const operation = findOperation(request);
    authorize(azure, principalId, permissionsOf(operation, request, blobs), request.containerId);
    const container = azure.arm.get(request.containerId);
    if (!container) throw containerNotFound();
    return operation.run(request, blobs, azure.clock, container);
  };

  const routes = new Hono();
  routes.use(async (c, next) => {
    const account = accountOf(c.req.raw, host);
    if (account === undefined) {
      await next();
      return undefined;
    }
    const requestId = randomUUID();
    const response = await respond(c.req.raw, account).catch((error: unknown) => {
      if (error instanceof StorageError) return error.toResponse(requestId, azure.clock.now());
      throw error;
    });
    response.headers.set("x-ms-request-id", requestId);
    for (const echoed of ["x-ms-version", "x-ms-client-request-id"]) {
      const value = c.req.header(echoed);
      if (value !== undefined) response.headers.set(echoed, value);
    }
    return response;
  });

  return {
    routes,
    endpoint: (accountName, service) => `https://${accountName}.${service}.${host}/`,
    forget: (resourceId) => {
      blobs.forget(resourceId);
    },
  };
}

/** The account whose Blob endpoint a request went to. */
function accountOf({ url }: Request, host: string): string | undefined {
  const [account, ...rest] = new URL(url).host.split(".");
  return rest.join(".") === `blob.${host}` ? account : undefined;
}

/** @throws StorageError 501 for what Azure has, or might have, and the local Azure has not. */
function findOperation({ method, container, blob, url }: StorageRequest): Operation {
  const { searchParams } = url;
  const comp = searchParams.get("comp");
  const name = comp === null ? method : `${method} ${comp}`;
  const isContainer = blob === "" && searchParams.get("restype") === "container";
  const operations = isContainer ? CONTAINER_OPERATIONS : BLOB_OPERATIONS;
  const operation = container !== "" && (isContainer || blob !== "") ? operations[name] : undefined;
  if (!operation) throw notHere(`the operation '${name}' on '${url.pathname}'`);
  return operation;
}

/** Who may add, may not overwrite. */
function permissionsOf(
  operation: Operation,
  { containerId, blob }: StorageRequest,
  blobs: BlobStore,
): readonly string[] {
  const adds = operation === BLOB_OPERATIONS.PUT && !blobs.get(containerId, blob);
  return adds ? ADD : operation.permissions;
}
