import type { Answer } from "../arm-client";

/** The envelope of the Azure REST API guidelines, and nothing beside it. */
export function expectError(answer: Answer, status: number, code: string | RegExp): void {
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: {
      error: expect.objectContaining({
        code: expect.stringMatching(typeof code === "string" ? `^${code}$` : code) as string,
        message: expect.stringMatching(/\S/) as string,
      }) as object,
    },
  });
}
