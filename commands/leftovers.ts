import { credentialFrom } from "../verify/credential";
import { ResourceManager } from "../verify/resource-manager";

/**
 * After a destroy: whether Azure still has the resource group, or an Azure OpenAI account in soft deletion that
 * would block its name. Prints what is left; exit code 1 when anything is.
 */
async function main(resourceGroup: string): Promise<void> {
  const subscription = `/subscriptions/${process.env.ARM_SUBSCRIPTION_ID ?? ""}`;
  const resourceManager = new ResourceManager(credentialFrom(process.env), process.env);
  const [group, deletedAccounts] = await Promise.all([
    resourceManager.get(`${subscription}/resourcegroups/${resourceGroup}`, "2023-07-01"),
    resourceManager.list(
      `${subscription}/providers/Microsoft.CognitiveServices/deletedAccounts`,
      "2024-10-01",
    ),
  ]);
  const left = [
    ...(group ? [group.id] : []),
    ...deletedAccounts
      .map(({ id }) => id)
      .filter((id) => id.toLowerCase().includes(`/resourcegroups/${resourceGroup.toLowerCase()}/`)),
  ];
  console.log(left.length === 0 ? "Nothing is left in Azure." : `Left: ${left.join(", ")}`);
  process.exitCode = left.length === 0 ? 0 : 1;
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
