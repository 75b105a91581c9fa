import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { AccountKeys } from "../core/account-keys";
import { AzureError } from "../core/errors";
import type { ArmResource, LocalAzure } from "../core/planes";
import {
  invalidKey,
  invalidToken,
  keysDisabled,
  permissionDenied,
  subdomainRequired,
} from "./errors";

/** What a request does, in the terms of role-based access control. */
export interface Operation {
  /** As Azure names it in refusals, e.g. `POST /openai/v1/chat/completions`. */
  readonly name: string;
  readonly dataAction: string;
  /** The audiences of tokens that are accepted. */
  readonly audiences: readonly string[];
}

/**
 * By bearer token and role assignment, or by one of the account's keys.
 *
 * @throws OpenAiError 401 or 403.
 */
export const authorize = async (
  azure: LocalAzure,
  { req }: Context,
  account: ArmResource,
  { name, dataAction, audiences }: Operation,
): Promise<void> => {
  const key = keyOf(req);
  if (key !== undefined) {
    checkKey(azure, account, key);
    return;
  }
  const authorization = req.header("authorization");
  const { oid } = await azure.entra
    .verifyBearerToken(authorization, audiences)
    .catch((error: unknown) => {
      throw error instanceof AzureError ? invalidToken() : error;
    });
  if (!azure.arm.permits(oid, dataAction, account.id)) {
    throw permissionDenied(oid, dataAction, name);
  }
};

/**
 * The account that a request to a region's endpoint is for: only its key tells.
 *
 * @throws OpenAiError 400 for a token, 401 without a key of one of the accounts.
 */
export const accountOfKey = (
  { store }: LocalAzure,
  { req }: Context,
  accounts: readonly ArmResource[],
): ArmResource => {
  const key = keyOf(req);
  if (key === undefined && req.header("authorization") !== undefined) throw subdomainRequired();
  const account = accounts.find(({ id }) => isKeyOf(store, id, key ?? ""));
  if (!account) throw invalidKey();
  return account;
};

const keyOf = (req: Context["req"]): string | undefined => {
  const authorization = req.header("authorization");
  if (authorization === undefined) return req.header("api-key");
  // The OpenAI client, which knows no `api-key` header, sends a key of the v1 API as a bearer token.
  return /^bearer +([0-9a-f]{32})$/i.exec(authorization)?.[1];
};

const checkKey = ({ store }: LocalAzure, account: ArmResource, given: string): void => {
  if (account.properties.disableLocalAuth === true) throw keysDisabled();
  if (!isKeyOf(store, account.id, given)) throw invalidKey();
};

const isKeyOf = (store: LocalAzure["store"], accountId: string, given: string): boolean => {
  const { key1, key2 } = new AccountKeys(store).of(accountId);
  return [key1, key2].some(
    (key) => key.length === given.length && timingSafeEqual(Buffer.from(key), Buffer.from(given)),
  );
};
