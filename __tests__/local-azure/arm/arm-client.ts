import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "../../../local-azure/core/store";
import { createServer, type Server } from "../../../local-azure/server";
import { ManualClock } from "../manual-clock";
import { RESOURCES } from "./tutorial-resources";

export const SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";
export const TENANT = "11111111-1111-1111-1111-111111111111";
export const ORIGIN = "https://localhost:4430";
const AUDIENCE = "https://management.azure.com";

/** The API versions that azurerm and azapi ask for. */
const API_VERSIONS: readonly (readonly [RegExp, string])[] = [
  [/Microsoft\.Authorization\/roleDefinitions/i, "2022-05-01-preview"],
  [/Microsoft\.Authorization/i, "2022-04-01"],
  [/Microsoft\.ServiceLinker/i, "2024-04-01"],
  [/Microsoft\.KubernetesConfiguration/i, "2023-05-01"],
  [/Microsoft\.ContainerRegistry\/.*(?:tasks|runs|scheduleRun)/i, "2019-06-01-preview"],
  [/Microsoft\.ContainerRegistry/i, "2025-11-01"],
  [/Microsoft\.ContainerService/i, "2025-10-01"],
  [/Microsoft\.CognitiveServices/i, "2026-03-01"],
  [/Microsoft\.ManagedIdentity/i, "2024-11-30"],
  [/Microsoft\.Compute/i, "2024-11-01"],
  [/Microsoft\.Storage/i, "2025-06-01"],
];

export const NAMESPACES = [
  "Microsoft.CognitiveServices",
  "Microsoft.Compute",
  "Microsoft.ContainerRegistry",
  "Microsoft.ContainerService",
  "Microsoft.KubernetesConfiguration",
  "Microsoft.ManagedIdentity",
  "Microsoft.ServiceLinker",
  "Microsoft.Storage",
];

/** What Azure Resource Manager answers: a resource, an error, a list, an operation. */
export interface Body {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location: string;
  readonly properties: Record<string, unknown>;
  readonly value: Body[];
  readonly error: { readonly code: string; readonly message: string; readonly target?: string };
  readonly status: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly [field: string]: unknown;
}

/** How often something is looked at that the clock has ended already, before it counts as stuck. */
const TURNS = 200;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

interface Asking {
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly text?: string;
  /** `null` sends none. @default the operator's */
  readonly token?: string | null;
  /** `null` sends none. @default what the providers ask for */
  readonly apiVersion?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A local Azure in this process, on a clock that stands still, and the requests of its operator. */
export class ArmClient {
  readonly clock: ManualClock;
  readonly #directory: string;
  #server: Server;

  private constructor(
    directory: string,
    clock: ManualClock,
    private readonly hold = 0,
  ) {
    this.clock = clock;
    this.#directory = directory;
    this.#server = this.#open();
  }

  /**
   * @param options.registered - Whether the stack's resource providers are. @default true
   * @param options.hold - See the server's options. @default 0
   */
  static async start({ registered = true, hold = 0 } = {}): Promise<ArmClient> {
    const arm = new ArmClient(temporaryDirectory(), new ManualClock(), hold);
    await arm.server.ready;
    if (registered) await arm.register(...NAMESPACES);
    return arm;
  }

  /**
   * Makes resources once, for tests of which each gets a local Azure of its own that begins with them: a
   * cluster's keys alone take a second.
   *
   * @returns Starts such a local Azure.
   */
  static async prepare(...paths: string[]): Promise<() => Promise<ArmClient>> {
    const first = await ArmClient.start();
    await first.make(...paths);
    await first.server.close();
    const state = readFileSync(join(first.#directory, "state.json"));
    const now = first.clock.now().toISOString();
    rmSync(first.#directory, { recursive: true, force: true });
    return async () => {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, "state.json"), state);
      const arm = new ArmClient(directory, new ManualClock(now));
      await arm.server.ready;
      return arm;
    };
  }

  get server(): Server {
    return this.#server;
  }

  async close(): Promise<void> {
    await this.#server.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Ends the server and starts another from the state that is on disk then. */
  async reopen(): Promise<void> {
    await this.#server.close();
    this.#server = this.#open();
    await this.#server.ready;
  }

  #open(): Server {
    return createServer({
      clock: this.clock,
      store: new Store(this.#directory),
      workDirectory: join(this.#directory, "work"),
      origin: ORIGIN,
      tenantId: TENANT,
      subscriptionId: SUBSCRIPTION,
      certificateAuthority: "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n",
      log: () => undefined,
      hold: this.hold,
    });
  }

  /** What is on disk now. */
  async state(): Promise<unknown> {
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    return JSON.parse(readFileSync(join(this.#directory, "state.json"), "utf8"));
  }

  async register(...namespaces: string[]): Promise<void> {
    for (const namespace of namespaces) {
      await this.ask("POST", `providers/${namespace}/register`);
    }
    this.clock.advance(1000);
  }

  token(principal?: { readonly oid: string; readonly appid: string }, audience = AUDIENCE) {
    const { objectId, clientId } = this.server.entra.operator;
    return this.server.entra.issueAccessToken(
      principal ?? { oid: objectId, appid: clientId },
      audience,
    );
  }

  /** @param path - Below the subscription, unless it begins with a slash or is a whole address. */
  async ask(method: string, path: string, asking: Asking = {}): Promise<Answer> {
    const url = new URL(
      path.startsWith("/") || path.startsWith("https:")
        ? path
        : `/subscriptions/${SUBSCRIPTION}/${path}`,
      ORIGIN,
    );
    const version = asking.apiVersion === undefined ? apiVersion(url.pathname) : asking.apiVersion;
    if (version !== null && !url.searchParams.has("api-version")) {
      url.searchParams.set("api-version", version);
    }
    const token = asking.token === undefined ? await this.token() : asking.token;
    const text = asking.text ?? (asking.body === undefined ? null : JSON.stringify(asking.body));
    const response = await this.server.fetch(
      new Request(url, {
        method,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(text !== null && { "content-type": "application/json" }),
          ...asking.headers,
        },
        body: text,
      }),
    );
    const answer = await response.text();
    const json = response.headers.get("content-type")?.includes("json") === true && answer !== "";
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(answer) : { text: answer }) as Body,
    };
  }

  get(path: string): Promise<Answer> {
    return this.ask("GET", path);
  }

  /** Sends a `PUT` or `PATCH` and waits for the end of what it starts. */
  async put(path: string, body: unknown, method: "PUT" | "PATCH" = "PUT"): Promise<Body> {
    const answer = await this.ask(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return this.settled(path);
  }

  /** Sends a `DELETE` and waits for its end. */
  async delete(path: string): Promise<void> {
    const answer = await this.ask("DELETE", path);
    if (answer.status >= 300) throw new Error(`DELETE ${path}: ${JSON.stringify(answer.body)}`);
    await this.settled(path);
  }

  /** Moves the clock until no operation is under way on a resource any more; what the resource is then. */
  async settled(path: string): Promise<Body> {
    this.clock.advance(10_000);
    for (let turn = 0; turn < TURNS; turn += 1) {
      const { status, body } = await this.get(path);
      const state = status === 200 ? String(body.properties.provisioningState) : "";
      if (!["Creating", "Updating", "Deleting"].includes(state)) return body;
      await new Promise(setImmediate);
    }
    throw new Error(`${path} is still under way.`);
  }

  /** Moves the clock for as long as something takes that waits for it. */
  async whileTimePasses<T>(work: Promise<T>): Promise<T> {
    const waiting = Symbol();
    for (;;) {
      this.clock.advance(100);
      const turn = new Promise<typeof waiting>((resolve) => {
        setImmediate(resolve, waiting);
      });
      const result = await Promise.race([work, turn]);
      if (result !== waiting) return result;
    }
  }

  /** Makes resources of {@link RESOURCES}, and before them all that they need. */
  async make(...paths: string[]): Promise<void> {
    for (const path of paths) {
      const resource = RESOURCES[path];
      if (!resource) throw new Error(`There is no body for ${path}.`);
      await this.make(...(resource.needs ?? []));
      if ((await this.get(path)).status === 404) {
        await this.put(path, await this.bodyOf(path));
      }
    }
  }

  /** The body of {@link RESOURCES}, once what it needs is there. */
  bodyOf(path: string): Promise<Record<string, unknown>> {
    const { body } = RESOURCES[path] ?? {};
    return typeof body === "function"
      ? body(async (id) => (await this.get(id)).body)
      : Promise.resolve({ ...body });
  }

  /** Asks for an operation's end at its own address, moving the clock before. */
  async operation(started: Answer): Promise<Body> {
    const address = started.headers.get("azure-asyncoperation");
    if (address === null) throw new Error("The answer names no operation.");
    this.clock.advance(10_000);
    for (let turn = 0; turn < TURNS; turn += 1) {
      const { body } = await this.get(address);
      if (body.status !== "InProgress") return body;
      await new Promise(setImmediate);
    }
    throw new Error(`${address} is still under way.`);
  }
}

function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "local-azure-"));
}

function apiVersion(path: string): string {
  return API_VERSIONS.find(([pattern]) => pattern.test(path))?.[1] ?? "2023-07-01";
}
