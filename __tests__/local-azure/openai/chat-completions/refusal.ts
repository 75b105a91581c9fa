import type { OpenAiAccount, ServiceError } from "../openai-account";

export async function expectRefusal(
  account: OpenAiAccount,
  body: object | string,
  expected: Partial<ServiceError["error"]>,
  options: { deployment?: string; apiVersion?: string } = {},
  status = 400,
): Promise<void> {
  const answer = await account.chat<ServiceError>(body, options);
  expect(answer.status).toBe(status);
  expect(answer.body.error).toMatchObject(expected);
}
