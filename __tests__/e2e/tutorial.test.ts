import { Checkout } from "./checkout";

/** `npm run demo` is the tutorial from row 1 to row 15; it checks each step itself and ends with the first that fails. */
test("npm run demo: from nothing to a model's reply and back", async () => {
  const checkout = await Checkout.create();
  try {
    const { code, output } = await checkout.npm("demo", "--local");
    expect(output).toContain("Connect to Azure OpenAI service succeeded.");
    expect(output).toContain("No changes. Your infrastructure matches the configuration.");
    expect(output).toContain("Nothing is left in Azure.");
    expect(output).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY/);
    expect(code).toBe(0);
  } finally {
    await checkout.close();
  }
});
