import type { Clock } from "../core/clock";
import type { Deployment } from "./account";

const WINDOW_MILLISECONDS = 60_000;
const TOKENS_PER_CAPACITY = 1000;
/** Source: https://learn.microsoft.com/azure/ai-foundry/openai/quotas-limits: 6 requests a minute for 1,000 tokens. */
const REQUESTS_PER_CAPACITY = 6;

interface Use {
  readonly at: number;
  readonly tokens: number;
}

export type Verdict = {
  readonly headers: Record<string, string>;
} & (
  | { readonly permitted: true }
  | {
      readonly permitted: false;
      readonly limit: "token" | "call";
      readonly retryAfterSeconds: number;
    }
);

/**
 * The tokens and requests that each deployment may still use in this minute, by its capacity.
 *
 * As in Azure, the prompt and the most tokens that the reply may have count when the request comes in.
 */
export class RateLimit {
  readonly #clock: Clock;
  readonly #uses = new Map<string, Use[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take({ id, capacity }: Deployment, tokens: number): Verdict {
    const now = this.#clock.now().getTime();
    const uses = (this.#uses.get(id) ?? []).filter(({ at }) => at > now - WINDOW_MILLISECONDS);
    const tokenLimit = capacity * TOKENS_PER_CAPACITY;
    const callLimit = capacity * REQUESTS_PER_CAPACITY;
    const used = uses.reduce((sum, use) => sum + use.tokens, 0);
    const overTokens = used + tokens > tokenLimit;
    const permitted = !overTokens && uses.length < callLimit;
    if (permitted) uses.push({ at: now, tokens });
    this.#uses.set(id, uses);
    const spent = permitted ? used + tokens : used;
    const headers = {
      "x-ratelimit-limit-requests": String(callLimit),
      "x-ratelimit-limit-tokens": String(tokenLimit),
      "x-ratelimit-remaining-requests": String(Math.max(0, callLimit - uses.length)),
      "x-ratelimit-remaining-tokens": String(Math.max(0, tokenLimit - spent)),
    };
    if (permitted) return { permitted, headers };
    return {
      permitted,
      headers,
      limit: overTokens ? "token" : "call",
      retryAfterSeconds: this.#secondsUntil(uses, now, overTokens ? used + tokens - tokenLimit : 0),
    };
  }

  /** Until enough of the oldest uses have left the window. */
  #secondsUntil(uses: readonly Use[], now: number, tokensToFree: number): number {
    let freed = 0;
    for (const { at, tokens } of uses) {
      freed += tokens;
      if (freed >= tokensToFree) return Math.ceil((at + WINDOW_MILLISECONDS - now) / 1000);
    }
    return WINDOW_MILLISECONDS / 1000;
  }
}
