import { randomBytes } from "node:crypto";
import { Hono } from "hono";

/** Answers a `GET`; `offset` and `limit` are set when a log is read in pieces. */
type Read = (range: { offset: number; limit?: number }) => Buffer | undefined;
type Write = (content: Buffer) => void;

/**
 * The object store behind the `upload-url`, `log-read-url` and `hosted-state-*-url` attributes. As in HCP
 * Terraform the address itself is the secret: clients send no token with it (go-tfe, `doForeignPUTRequest`
 * and `LogReader`).
 */
export class Archivist {
  static readonly path = "/_archivist/v1/object";
  private readonly objects = new Map<string, { read?: Read; write?: Write }>();

  constructor(private readonly origin: () => string) {}

  /** An address that can be read as often as needed. A `read` that gives nothing is answered 404. */
  readable(read: Read): string {
    return this.address({ read });
  }

  /** An address that takes one `PUT`. */
  writable(write: Write): string {
    return this.address({ write });
  }

  routes(): Hono {
    const routes = new Hono();
    routes.get("/:object", (context) => {
      const read = this.objects.get(context.req.param("object"))?.read;
      const limit = context.req.query("limit");
      const content = read?.({
        offset: Number(context.req.query("offset") ?? 0),
        ...(limit !== undefined && { limit: Number(limit) }),
      });
      if (content === undefined) return context.body(null, 404);
      return context.body(new Uint8Array(content), 200, {
        "content-type": "application/octet-stream",
      });
    });
    routes.put("/:object", async (context) => {
      const object = this.objects.get(context.req.param("object"));
      if (!object?.write) return context.body(null, 404);
      const { write } = object;
      delete object.write;
      write(Buffer.from(await context.req.arrayBuffer()));
      return context.body(null, 200);
    });
    return routes;
  }

  private address(object: { read?: Read; write?: Write }): string {
    const name = randomBytes(24).toString("base64url");
    this.objects.set(name, object);
    return `${this.origin()}${Archivist.path}/${name}`;
  }
}
