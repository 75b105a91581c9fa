import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** One line that a container wrote. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as the container runtime writes it. */
  readonly time: string;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** The format of the container runtime interface: `<time> <stream> F <text>`. */
const FORMAT = /^(\S+) (stdout|stderr) F (.*)$/;

/** What one run of a container wrote: a file, and whoever follows it. */
export class ContainerLog {
  readonly #file: string;
  readonly #followers = new Set<{ line: (line: LogLine) => void; end: () => void }>();
  #ended = false;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  }

  append(line: LogLine): void {
    appendFileSync(this.#file, `${line.time} ${line.stream} F ${line.text}\n`, { mode: 0o600 });
    for (const follower of this.#followers) follower.line(line);
  }

  lines(): LogLine[] {
    return readLog(this.#file);
  }

  /** Nothing more will be written. */
  end(): void {
    this.#ended = true;
    for (const follower of this.#followers) follower.end();
    this.#followers.clear();
  }

  /** @returns A function that ends it. */
  follow(line: (line: LogLine) => void, end: () => void): () => void {
    if (this.#ended) {
      end();
      return () => undefined;
    }
    const follower = { line, end };
    this.#followers.add(follower);
    return () => {
      this.#followers.delete(follower);
    };
  }
}

/** The lines of a log that a process before this one may have written; none when there is no file. */
export const readLog = (file: string): LogLine[] => {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((row) => {
      const [, time, stream, text] = FORMAT.exec(row) ?? [];
      return time === undefined || stream === undefined || text === undefined
        ? []
        : [{ time, stream: stream as LogLine["stream"], text }];
    });
};
