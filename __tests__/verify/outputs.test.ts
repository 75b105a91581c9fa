import { parseOutputs } from "../../verify/outputs";

const printed = (values: Record<string, string>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        { sensitive: false, type: "string", value },
      ]),
    ),
  );

const all = {
  connection_id: "/subscriptions/s/linkers/c",
  model_deployment_name: "MyModel",
  pod_name: "sc-demo-openai-identity",
  image: "registry.azurecr.io/sc-demo-openai-identity:1",
};

test("reads what `terraform output -json` prints", () => {
  expect(parseOutputs(printed({ ...all, other: "ignored" }))).toEqual(all);
});

test("an empty state says what to run", () => {
  expect(() => parseOutputs("{}")).toThrow(
    /no output connection_id, model_deployment_name, pod_name, image.*npm run deploy/,
  );
});

test("a missing output is named", () => {
  const { connection_id, model_deployment_name, image } = all;
  const rest = { connection_id, model_deployment_name, image };
  expect(() => parseOutputs(printed(rest))).toThrow(/no output pod_name:/);
});
