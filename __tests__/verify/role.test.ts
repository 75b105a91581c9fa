import { permits } from "../../verify/role";

const action = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";

// https://learn.microsoft.com/azure/role-based-access-control/role-definitions#dataactions
test.each([
  ["the action itself", [{ dataActions: [action] }], true],
  ["another case", [{ dataActions: [action.toUpperCase()] }], true],
  ["a wildcard", [{ dataActions: ["Microsoft.CognitiveServices/accounts/OpenAI/*"] }], true],
  ["a wildcard in the middle", [{ dataActions: ["Microsoft.CognitiveServices/*/action"] }], true],
  ["everything", [{ dataActions: ["*"] }], true],
  ["a dot is no wildcard", [{ dataActions: [action.replace(".", "x")] }], false],
  ["a prefix alone", [{ dataActions: ["Microsoft.CognitiveServices/accounts"] }], false],
  ["what notDataActions takes away", [{ dataActions: ["*"], notDataActions: [action] }], false],
  ["what another permission gives back", [{ notDataActions: ["*"] }, { dataActions: ["*"] }], true],
  ["management actions only", [{}], false],
])("%s", (_, permissions, permitted) => {
  expect(permits(permissions, action)).toBe(permitted);
});
