import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { AccountKeys } from "../core/account-keys";
import { AzureError } from "../core/errors";
import type { ArmResource, LocalAzure } from "../core/planes";
import { invalidKey, invalidToken, keysDisabled, permissionDenied } from "./errors";

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
  const authorization = req.header("authorization");
  const key = req.header("api-key");
  if (authorization === undefined && key !== undefined) {
    checkKey(azure, account, key);
    return;
  }
  // The OpenAI client, which knows no `api-key` header, sends a key of the v1 API as a bearer token.
  const bearer = /^bearer +([0-9a-f]{32})$/i.exec(authorization ?? "")?.[1];
  if (bearer !== undefined) {
    checkKey(azure, account, bearer);
    return;
  }
  const { oid } = await azure.entra
    .verifyBearerToken(authorization, audiences)
    .catch((error: unknown) => {
      throw error instanceof AzureError ? invalidToken() : error;
    });
  if (!azure.arm.permits(oid, dataAction, account.id)) {
    throw permissionDenied(oid, dataAction, name);
  }
};

const checkKey = ({ store }: LocalAzure, account: ArmResource, given: string): void => {
  if (account.properties.disableLocalAuth === true) throw keysDisabled();
  const { key1, key2 } = new AccountKeys(store).of(account.id);
  const isOneOfThem = [key1, key2].some(
    (key) => key.length === given.length && timingSafeEqual(Buffer.from(key), Buffer.from(given)),
  );
  if (!isOneOfThem) throw invalidKey();
};
