import { createServer, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

/**
 * Stands in for api.github.com: comments of issues and the pull requests of a commit, with the answers
 * that GitHub's REST API documents ("Issue comments", "List pull requests associated with a commit").
 */
export class FakeGitHub {
  comments: Comment[] = [];
  requests: string[] = [];
  pulls: unknown = [];
  /** Answers the next requests instead. */
  failures: { status: number; message: string; only?: RegExp; retryAfter?: string }[] = [];
  author = "github-actions[bot]";
  #next = 1;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const line = `${request.method ?? ""} ${request.url ?? ""}`;
        this.requests.push(line);
        const [status, body, headers] = this.#answer(line, text);
        response.writeHead(status, { "content-type": "application/json", ...headers });
        response.end(JSON.stringify(body));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #answer(line: string, text: string): [number, unknown, OutgoingHttpHeaders?] {
    const failure = this.failures[0];
    if (failure && (failure.only?.test(line) ?? true)) {
      this.failures.shift();
      const { status, message, retryAfter } = failure;
      return [status, { message }, retryAfter === undefined ? {} : { "retry-after": retryAfter }];
    }
    const { body = "" } = (text === "" ? {} : JSON.parse(text)) as { body?: string };
    if (body.length > 65_536) return [422, { message: "Validation Failed" }];
    if (line.startsWith("PATCH")) {
      const found = this.comments.find(({ id }) => line.endsWith(`/comments/${id}`));
      if (!found) return [404, { message: "Not Found" }];
      found.body = body;
      return [200, found];
    }
    if (line.startsWith("POST")) {
      this.comments.push({ id: this.#next, body, user: { login: this.author } });
      return [201, { id: this.#next++ }];
    }
    if (line.endsWith("/pulls")) return [200, this.pulls];
    const page = Number(/[?&]page=(\d+)/.exec(line)?.[1]);
    return [200, this.comments.slice((page - 1) * 100, page * 100)];
  }

  add(body: string, login = "someone"): Comment {
    const comment = { id: this.#next++, body, user: { login } };
    this.comments.push(comment);
    return comment;
  }
}
