import { execFileSync } from "node:child_process";
import fields from "../../local-azure/kubernetes/fields.json";

/** Prints the fields of types in the form of `fields.json`, from the models of Kubernetes' official client. */
const PRINT = `
  import * as client from "@kubernetes/client-node";
  const types = {};
  const waiting = JSON.parse(process.argv[1]);
  for (const model of waiting) {
    const name = model.replace(/^V1/, "");
    if (types[name] !== undefined) continue;
    const isType = (of) => client[of]?.getAttributeTypeMap !== undefined;
    types[name] = client[model]
      .getAttributeTypeMap()
      .map(({ baseName, type }) => {
        const of = type.replace(/^Array<(.*)>$/, "$1");
        if (!isType(of)) return baseName;
        waiting.push(of);
        return baseName + ":" + of.replace(/^V1/, "");
      })
      .sort()
      .join(" ");
  }
  console.log(JSON.stringify(types));
`;

/** The client is an ECMAScript module, which is loaded in a process of its own. */
test("the fields that objects may have are those that Kubernetes' official client knows", () => {
  const roots = [
    ...["V1ConfigMap", "CoreV1Event", "EventsV1Event", "V1Namespace"],
    ...["V1Node", "V1Pod", "V1Secret", "V1ServiceAccount"],
  ];
  const printed = execFileSync(
    process.execPath,
    ["--input-type=module", "--eval", PRINT, JSON.stringify(roots)],
    { encoding: "utf8" },
  );
  expect(fields).toEqual(JSON.parse(printed));
});
