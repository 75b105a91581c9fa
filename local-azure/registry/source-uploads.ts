import { createHash, randomBytes, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Hono, type Context } from "hono";
import { extract } from "tar";
import type { LocalAzure } from "../core/planes";

/** A place for one build's context, as `listBuildSourceUploadUrl` answers it. */
export interface SourceUpload {
  /** Carries its own permission, as a shared access signature does. */
  readonly uploadUrl: string;
  /** What a run names as its source location. */
  readonly relativePath: string;
}

/**
 * The contexts that clients upload for their builds: archives, sent as a storage account takes a block blob.
 *
 * Source: azure-rest-api-specs, Microsoft.ContainerRegistry, `Registries_GetBuildSourceUploadUrl`;
 * https://learn.microsoft.com/rest/api/storageservices/put-blob and put-block-list.
 */
export class SourceUploads {
  readonly #azure: Pick<LocalAzure, "clock" | "origin" | "workDirectory">;
  /** Signatures end with the process, as Azure's do after an hour. */
  readonly #signatures = new Map<string, string>();
  readonly routes = new Hono();

  constructor(azure: Pick<LocalAzure, "clock" | "origin" | "workDirectory">) {
    this.#azure = azure;
    this.routes.put("/local-azure/sources/:path{.+}", (c) => this.#put(c));
  }

  create(registryName: string): SourceUpload {
    const minute = this.#azure.clock.now().toISOString().slice(0, 16).replaceAll(/\D/g, "");
    const relativePath = `source/${minute}/${randomUUID()}.tar.gz`;
    const path = `${registryName.toLowerCase()}/${relativePath}`;
    const signature = randomBytes(24).toString("base64url");
    this.#signatures.set(path, signature);
    const query = new URLSearchParams({ sr: "b", sp: "cw", sig: signature });
    return {
      uploadUrl: `${this.#azure.origin}/local-azure/sources/${path}?${query.toString()}`,
      relativePath,
    };
  }

  /** Unpacks what was uploaded for a location. @returns Whether anything was. */
  async unpack(registryName: string, location: string, directory: string): Promise<boolean> {
    const path = `${registryName.toLowerCase()}/${location}`;
    const file = this.#fileOf(path);
    if (!this.#signatures.has(path) || !existsSync(file)) return false;
    mkdirSync(directory, { recursive: true });
    await extract({ file, cwd: directory });
    return true;
  }

  async #put(c: Context): Promise<Response> {
    const { pathname, searchParams } = new URL(c.req.url);
    const path = pathname.replace(/^\/local-azure\/sources\//, "");
    const signature = this.#signatures.get(path);
    if (signature === undefined || searchParams.get("sig") !== signature) {
      return storageError(403, "AuthenticationFailed");
    }
    const file = this.#fileOf(path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    switch (searchParams.get("comp")) {
      case "block":
        await save(c, blockFile(file, searchParams.get("blockid") ?? ""));
        return created();
      case "blocklist": {
        const listed = [...(await c.req.text()).matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)];
        const blocks = listed.map(([, id = ""]) => blockFile(file, id));
        if (!blocks.every((block) => existsSync(block)))
          return storageError(400, "InvalidBlockList");
        rmSync(file, { force: true });
        for (const block of blocks) {
          await pipeline(createReadStream(block), createWriteStream(file, { flags: "a" }));
          rmSync(block);
        }
        return created();
      }
      case null:
        await save(c, file);
        return created();
      default:
        return storageError(400, "InvalidQueryParameterValue");
    }
  }

  #fileOf(path: string): string {
    return join(this.#azure.workDirectory, "sources", path);
  }
}

async function save(c: Context, file: string): Promise<void> {
  const body = c.req.raw.body;
  const content = body ? Readable.fromWeb(body) : [];
  await pipeline(content, createWriteStream(file, { mode: 0o600 }));
}

/** A block's id is the client's, and no name for a file. */
function blockFile(file: string, id: string): string {
  return `${file}.${createHash("sha256").update(id).digest("hex").slice(0, 32)}`;
}

function created(): Response {
  const headers = {
    etag: `"0x${randomBytes(8).toString("hex").toUpperCase()}"`,
    "last-modified": new Date().toUTCString(),
    "x-ms-version": "2021-12-02",
    "x-ms-request-server-encrypted": "true",
  };
  return new Response(null, { status: 201, headers });
}

/** The error form of Azure Storage. */
function storageError(status: number, code: string): Response {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return new Response(body, {
    status,
    headers: { "content-type": "application/xml", "x-ms-error-code": code },
  });
}
