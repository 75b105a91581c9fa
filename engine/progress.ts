import type { Artifact } from "./artifact";

/** How often a line is written where lines cannot be overwritten, in milliseconds. */
const lineInterval = 15_000;

/** A place for text: `process.stderr` fits. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** One running build. */
export interface Step {
  update(detail: string): void;
  end(result: "built" | "failed"): void;
}

/**
 * Shows builds with their elapsed time: one line that changes on a terminal, a line every 15 seconds
 * elsewhere.
 */
export class Progress {
  #started = 0;
  #total = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly now: () => number = Date.now,
  ) {}

  /** A line of its own. */
  say(text: string): void {
    this.terminal.write(`${text}\n`);
  }

  /** How many builds there will be. */
  expect(total: number): void {
    this.#started = 0;
    this.#total = total;
  }

  start(artifact: Artifact): Step {
    this.#started += 1;
    const title = `[${String(this.#started)}/${String(this.#total)}] ${artifact.name} ${artifact.version}`;
    const began = this.now();
    const inPlace = this.terminal.isTTY === true;
    let detail = "starting";
    let written = began;
    this.say(`${title}: ${artifact.duration} the first time`);
    const show = (): void => {
      const text = `${title}: ${elapsed(this.now() - began)}, ${detail}`;
      this.terminal.write(inPlace ? `\r\u001b[2K${text}` : `${text}\n`);
      written = this.now();
    };
    const timer = setInterval(show, inPlace ? 1000 : lineInterval);
    return {
      update: (text) => {
        detail = text;
        if (inPlace && this.now() - written > 100) show();
      },
      end: (result) => {
        clearInterval(timer);
        const text = `${title}: ${result} in ${elapsed(this.now() - began)}`;
        this.terminal.write(inPlace ? `\r\u001b[2K${text}\n` : `${text}\n`);
      },
    };
  }
}

function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0
    ? `${String(seconds)} s`
    : `${String(minutes)} min ${String(seconds % 60)} s`;
}
