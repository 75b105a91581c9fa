import type { Job } from "../core/worker";

/** Variables of this process that an engine needs to start at all; everything else stays out. */
const INHERITED = ["PATH", "LANG", "TZ"];

/**
 * The environment of a run's engine: the workspace's variables of category `env`, above what the agent adds
 * itself. Nothing of the operator's shell reaches a run, as on HCP Terraform's own machines.
 *
 * @param home a folder of this run, so that no credential or CLI configuration of the operator is found
 */
export function runEnvironment(
  job: Job,
  home: string,
  ofAgent: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const ofWorkspace = job.variables
    .filter(({ category }) => category === "env")
    .map(({ key, value }) => [key, value] as const);
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    TMPDIR: home,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    // Documentation, "Run Environment": what every run is told about itself.
    TFC_RUN_ID: job.runId,
    TFC_PROJECT_NAME: job.project,
    TFC_WORKSPACE_NAME: job.workspace,
    TFC_WORKSPACE_SLUG: `${job.organization}/${job.workspace}`,
    ...ofAgent,
    ...Object.fromEntries(ofWorkspace),
  };
}
