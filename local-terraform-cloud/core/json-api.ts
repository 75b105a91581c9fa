import type { Context } from "hono";
import { z } from "zod";

/** https://jsonapi.org/format/ as HCP Terraform uses it; every answer with a body carries this media type. */
const MEDIA_TYPE = "application/vnd.api+json";

interface ResourceIdentifier {
  readonly id: string;
  readonly type: string;
}

interface Relationship {
  readonly data?: ResourceIdentifier | readonly ResourceIdentifier[] | null;
  readonly links?: Readonly<Record<string, string>>;
}

export interface Resource extends ResourceIdentifier {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, Relationship>>;
  readonly links?: Readonly<Record<string, string>>;
}

interface ErrorObject {
  readonly status: string;
  readonly title: string;
  readonly detail?: string;
}

/** Thrown by a handler, written as a JSON:API error document by {@link respondError}. */
export class ApiError extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 409 | 412 | 422,
    readonly title: string,
    readonly detail?: string,
  ) {
    super(detail ?? title);
  }
}

/** What HCP Terraform says of everything that is not there, and of everything that the token may not see. */
export const notFound = () => new ApiError(404, "not found");

export function respond(
  context: Context,
  status: 200 | 201 | 202,
  data: Resource | readonly Resource[],
  included: readonly Resource[] = [],
): Response {
  return send(context, status, { data, ...(included.length > 0 && { included }) });
}

export function respondError(context: Context, error: ApiError): Response {
  const object: ErrorObject = {
    status: String(error.status),
    title: error.title,
    ...(error.detail && { detail: error.detail }),
  };
  return send(context, error.status, { errors: [object] });
}

const DEFAULT_PAGE_SIZE = 20;
const MAXIMUM_PAGE_SIZE = 100;

/** One page of a list, chosen by `page[number]` and `page[size]`, with `meta.pagination` and `links`. */
export function respondPage(context: Context, resources: readonly Resource[]): Response {
  const size = Math.min(positive(context, "page[size]", DEFAULT_PAGE_SIZE), MAXIMUM_PAGE_SIZE);
  const number = positive(context, "page[number]", 1);
  const pages = Math.max(1, Math.ceil(resources.length / size));
  const address = (page: number) => {
    const url = new URL(context.req.url);
    url.searchParams.set("page[number]", String(page));
    url.searchParams.set("page[size]", String(size));
    return url.href;
  };
  const previous = number > 1 ? number - 1 : null;
  const next = number < pages ? number + 1 : null;
  return send(context, 200, {
    data: resources.slice((number - 1) * size, number * size),
    links: {
      self: address(number),
      first: address(1),
      prev: previous && address(previous),
      next: next && address(next),
      last: address(pages),
    },
    meta: {
      pagination: {
        "current-page": number,
        "page-size": size,
        "prev-page": previous,
        "next-page": next,
        "total-pages": pages,
        "total-count": resources.length,
      },
    },
  });
}

function positive(context: Context, parameter: string, fallback: number): number {
  const given = context.req.query(parameter);
  if (given === undefined) return fallback;
  if (/^[1-9]\d*$/.test(given)) return Number(given);
  throw new ApiError(
    400,
    "invalid parameter",
    `${parameter} must be a positive number, not "${given}".`,
  );
}

/** The names in `?include=`, each of which must be one of `allowed`. */
export function includes<Name extends string>(
  context: Context,
  allowed: readonly Name[],
): Set<Name> {
  const given = context.req.query("include")?.split(",").filter(Boolean) ?? [];
  const isAllowed = (name: string): name is Name => allowed.some((candidate) => candidate === name);
  return new Set(
    given.map((name) => {
      if (isAllowed(name)) return name;
      // go-tfe looks for these very words (`checkResponseCode`, "include parameter").
      throw new ApiError(
        400,
        "Invalid include parameter",
        `${name} is not one of: ${allowed.join(", ")}.`,
      );
    }),
  );
}

/** The primary resource of a request's document, its attributes and relationships checked by `schema`. */
export async function readDocument<Schema extends z.ZodType>(
  context: Context,
  type: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body: unknown = await context.req.json().catch(() => {
    throw new ApiError(400, "JSON body is invalid", "The request's body is not JSON.");
  });
  const envelope = z.object({ data: z.looseObject({ type: z.literal(type) }) }).safeParse(body);
  const parsed = envelope.success ? schema.safeParse(envelope.data.data) : envelope;
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join("/")}: ${issue.message}`);
  throw new ApiError(422, "invalid attribute", problems.join("; "));
}

function send(
  context: Context,
  status: 200 | 201 | 202 | ApiError["status"],
  body: object,
): Response {
  return context.body(JSON.stringify(body), status, { "content-type": MEDIA_TYPE });
}
