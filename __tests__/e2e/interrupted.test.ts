import { join } from "node:path";
import { Checkout } from "./checkout";

// azurerm puts a resource into the state before its creation has ended (`persist_id_on_create_before_polling_for_
// completion`), and azapi looks for it when it is interrupted. Neither helps who interrupts before Azure has answered
// the request: what Azure makes of it is then taken into the state by the next deploy.

let checkout: Checkout;

beforeEach(async () => {
  checkout = await Checkout.create();
});

afterEach(async () => {
  await checkout.close();
});

test.each([
  ["the cluster", /azurerm_kubernetes_cluster\.\S+.*Creating/],
  ["the model", /azurerm_cognitive_deployment\.\S+.*Creating/],
  ["the connection", /azapi_resource\.Connection\S+.*Creating/],
])(
  "a deploy that was interrupted while %s is created is finished by the next",
  async (_, begun) => {
    let interrupted = false;
    const first = await checkout.run(
      process.execPath,
      ["--require", "./register-tsx.cjs", "commands/cdktf.ts", "deploy", "--auto-approve"],
      checkout.directory,
      (text, stop) => {
        if (interrupted || !begun.test(text)) return;
        interrupted = true;
        stop("SIGINT");
      },
    );
    expect(interrupted).toBe(true);
    expect(first.code).not.toBe(0);

    const second = await checkout.npm("deploy", "--auto-approve");
    if (second.code !== 0) throw new Error(second.output);
    expect((await checkout.npm("verify")).code).toBe(0);
  },
);

test("what Azure made of a request that was interrupted before its answer is taken into the state", async () => {
  const first = await checkout.npm("deploy", "--auto-approve");
  if (first.code !== 0) throw new Error(first.output);
  // As an interrupted deploy leaves them: there, and unknown.
  const stack = join(checkout.directory, "cdktf.out/stacks/dev");
  const unknown = (await checkout.engine(stack, "state", "list"))
    .split("\n")
    .filter((address) =>
      /^(azurerm_cognitive_deployment|azapi_resource)\.(Model|Conn)/.test(address),
    );
  expect(unknown).toHaveLength(2);
  await checkout.engine(stack, "state", "rm", ...unknown);

  const second = await checkout.npm("deploy", "--auto-approve");

  if (second.code !== 0) throw new Error(second.output);
  expect(second.output).toContain("openai_conn exists, and the state does not know it");
  expect((await checkout.npm("verify")).code).toBe(0);
  expect(await checkout.plan()).toEqual([]);
});
