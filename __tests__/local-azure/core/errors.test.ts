import { AzureError } from "../../../local-azure/core/errors";

/** https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#handling-errors */
test("an error as Azure Resource Manager answers it", async () => {
  const bare = new AzureError(404, "ResourceNotFound", "gone").toResponse();
  expect(bare.status).toBe(404);
  expect(await bare.json()).toEqual({ error: { code: "ResourceNotFound", message: "gone" } });
  const whole = new AzureError(429, "TooManyRequests", "slow", {
    target: "t",
    details: [{ code: "c", message: "m" }],
    headers: { "retry-after": "5" },
  }).toResponse();
  expect(whole.headers.get("retry-after")).toBe("5");
  expect(await whole.json()).toEqual({
    error: {
      code: "TooManyRequests",
      message: "slow",
      target: "t",
      details: [{ code: "c", message: "m" }],
    },
  });
});
