import { randomBytes } from "node:crypto";
import type { Collection, Store } from "./store";

/** The two keys of an account: Azure Resource Manager lists them, the account's endpoint accepts them. */
export interface Keys {
  readonly key1: string;
  readonly key2: string;
}

/** The keys of all accounts of Cognitive Services, by account id. */
export class AccountKeys {
  readonly #keys: Collection<Keys>;

  constructor(store: Store) {
    this.#keys = store.collection("core.accountKeys");
  }

  /** An account's keys, made when they are first asked for. */
  of(accountId: string): Keys {
    return this.#keys.get(accountId) ?? this.#set(accountId, { key1: newKey(), key2: newKey() });
  }

  regenerate(accountId: string, name: "Key1" | "Key2"): Keys {
    const changed = name === "Key1" ? { key1: newKey() } : { key2: newKey() };
    return this.#set(accountId, { ...this.of(accountId), ...changed });
  }

  forget(accountId: string): void {
    this.#keys.delete(accountId);
  }

  #set(accountId: string, keys: Keys): Keys {
    this.#keys.set(accountId, keys);
    return keys;
  }
}

const newKey = () => randomBytes(16).toString("hex");
