import type { Archivist } from "./archivist";
import type { RunQueue } from "./run-queue";
import type { Worker } from "./worker";
import type { ConfigurationVersion } from "../resources/configuration-version";
import type { Project } from "../resources/project";
import type { Run } from "../resources/run";
import type { StateVersion } from "../resources/state-version";
import type { Workspace } from "../resources/workspace";

/** All that this server knows; it lives in memory and serves one organization. */
export interface TerraformCloud {
  readonly organization: string;
  readonly now: () => Date;
  readonly archivist: Archivist;
  readonly worker: Worker;
  readonly queue: RunQueue;
  readonly projects: Map<string, Project>;
  readonly workspaces: Map<string, Workspace>;
  readonly configurationVersions: Map<string, ConfigurationVersion>;
  /** In the order of their creation. */
  readonly runs: Map<string, Run>;
  /** In the order of their creation. */
  readonly stateVersions: Map<string, StateVersion>;
}
