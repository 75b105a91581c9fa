import { Checkout } from "./checkout";

// azurerm: `persist_id_on_create_before_polling_for_completion` puts a resource into the state before its creation
// has ended, so that the next run goes on instead of answering "already exists".

let checkout: Checkout;

beforeEach(async () => {
  checkout = await Checkout.create();
});

afterEach(async () => {
  await checkout.close();
});

test("a deploy that was interrupted while the cluster is created is finished by the next one", async () => {
  let interrupted = false;
  const first = await checkout.run(
    process.execPath,
    ["--require", "./register-tsx.cjs", "commands/cdktf.ts", "deploy", "--auto-approve"],
    checkout.directory,
    (text, stop) => {
      if (interrupted || !/azurerm_kubernetes_cluster\.\S+.*Creating/.test(text)) return;
      interrupted = true;
      stop("SIGINT");
    },
  );
  expect(interrupted).toBe(true);
  expect(first.code).not.toBe(0);

  const second = await checkout.npm("deploy", "--auto-approve");
  if (second.code !== 0) throw new Error(second.output);
  expect(second.output).not.toMatch(/already exists/);
  expect((await checkout.npm("verify")).code).toBe(0);
});
