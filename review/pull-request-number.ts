/**
 * The pull request that a workflow runs for: GitHub gives it as the ref `refs/pull/<number>/merge`.
 *
 * @param given - A number given by hand, which counts before the ref.
 * @throws Error when there is none.
 */
export function pullRequestNumber(given: string | undefined, env: NodeJS.ProcessEnv): number {
  if (given !== undefined) {
    if (/^[1-9]\d*$/.test(given)) return Number(given);
    throw new Error(`--pull-request is "${given}"; the number of a pull request is needed.`);
  }
  const { GITHUB_REF: ref = "" } = env;
  const number = /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
  if (number !== undefined) return Number(number);
  throw new Error(
    `GITHUB_REF is "${ref}", which is no pull request: give --pull-request <number>.`,
  );
}
