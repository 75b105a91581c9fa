import { randomBytes } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource, RegistryRun, RegistryRunRequest } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { parseBody } from "../body";
import type { ActionResult, ArmContext, ResourceRequest, ResourceType } from "../resource-type";
import { taskStep, type TaskStep } from "./registry-tasks";

const TYPE = "Microsoft.ContainerRegistry/registries/runs";

/** Runs under way in this process. They are not part of the state: a build does not survive the process. */
const running = new WeakMap<ArmContext, Map<string, RegistryRun>>();

const ENDED = ["Succeeded", "Failed", "Canceled", "Error", "Timeout"];

/** Milliseconds for which a look at a run is held back, in hope of its end. azurerm looks every five seconds. */
const PATIENCE = 4500;

const runRequest = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("TaskRunRequest"),
    taskId: z.string(),
    overrideTaskStepProperties: z.looseObject({}).nullish(),
  }),
  z.looseObject({
    type: z.literal("DockerBuildRequest"),
    dockerFilePath: z.string(),
    imageNames: z.array(z.string()).nullish(),
    isPushEnabled: z.boolean().nullish(),
    sourceLocation: z.string().nullish(),
    timeout: z.int().nullish(),
    arguments: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  }),
  z.looseObject({
    type: z.literal("EncodedTaskRunRequest"),
    encodedTaskContent: z.string(),
    encodedValuesContent: z.string().nullish(),
    sourceLocation: z.string().nullish(),
    timeout: z.int().nullish(),
    values: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  }),
]);

/** Source: azure-rest-api-specs, Microsoft.ContainerRegistry/preview/2019-06-01-preview/containerregistry_build.json. */
export const registryRuns: ResourceType = {
  type: TYPE,
  apiVersions: apiVersions("Microsoft.ContainerRegistry/registries/tasks"),
  placement: "child",

  find(id, arm) {
    const run = arm.inventory.get(id);
    return run && refreshed(run, arm);
  },

  list({ scope }, arm) {
    return arm.inventory
      .ofTypeWithin(TYPE, scope)
      .map((run) => refreshed(run, arm))
      .toReversed();
  },

  async settle({ id }, arm) {
    const run = runsOf(arm).get(id);
    for (let waited = 0; run && waited < PATIENCE; waited += 100) {
      if (ENDED.includes(run.status())) return;
      await arm.operations.pause(100);
    }
  },

  notFound: ({ name }) =>
    new AzureError(404, "RunNotFound", `The run '${name}' could not be found.`),

  actions: {
    listlogsasurl: {
      run({ existing }, arm) {
        if (!existing) return { body: {} };
        const { logKey } = arm.inventory.internal(existing.id);
        const path = `${existing.id}/log`.replace(/^\/subscriptions/, "/local-azure/subscriptions");
        return { body: { logLink: `${arm.azure.origin}${path}?sig=${String(logKey)}` } };
      },
    },
    cancel: {
      run({ existing }, arm) {
        const run = existing && runsOf(arm).get(existing.id);
        if (!run || ENDED.includes(run.status())) {
          throw new AzureError(
            409,
            "CannotCancelRun",
            `The run '${existing?.name ?? ""}' is not under way, so it cannot be cancelled.`,
          );
        }
        run.cancel();
        return { body: {} };
      },
    },
  },
};

/** `POST registries/R/scheduleRun`: starts a run, of a task or of what the request carries. */
export function scheduleRun({ existing, body }: ResourceRequest, arm: ArmContext): ActionResult {
  if (!existing) return { body: {} };
  const request = parseBody(runRequest, body);
  const task = request.type === "TaskRunRequest" ? requireTask(request.taskId, arm) : undefined;
  const number = Number(arm.inventory.internal(existing.id).runs ?? 0) + 1;
  arm.inventory.set(existing, { ...arm.inventory.internal(existing.id), runs: number });
  const runId = `ca${number.toString(36)}`;
  const { timeout } = task
    ? (task.properties as { timeout?: number })
    : (request as { timeout?: number });
  const handle = arm.azure.registry.startRun({
    registryName: existing.name,
    runId,
    timeoutSeconds: timeout ?? 3600,
    step: request.type === "TaskRunRequest" ? taskRunStep(request, task) : requestStep(request),
    ...(task && { taskName: task.name }),
  });
  const id = `${existing.id}/runs/${runId}`;
  runsOf(arm).set(id, handle);
  const now = arm.azure.clock.now().toISOString();
  const run: ArmResource = {
    id,
    name: runId,
    type: TYPE,
    properties: {
      runId,
      status: "Queued",
      lastUpdatedTime: now,
      runType: task ? "QuickRun" : "QuickBuild",
      createTime: now,
      ...(task && { task: task.name }),
      platform: task?.properties.platform ?? { os: "linux", architecture: "amd64" },
      agentConfiguration: { cpu: 2 },
      isArchiveEnabled: false,
      provisioningState: "Succeeded",
    },
  };
  arm.inventory.set(run, { logKey: randomBytes(24).toString("base64url") });
  return { body: run };
}

/** The log of a run, for whoever has the link that `listLogSasUrl` answered. */
export function runLog(
  id: string,
  key: string,
  arm: ArmContext,
): { readonly log: string; readonly status: string } | undefined {
  const stored = arm.inventory.get(id);
  if (stored?.type !== TYPE || arm.inventory.internal(id).logKey !== key) return undefined;
  const status = refreshed(stored, arm).properties.status as string;
  const { log } = arm.inventory.internal(id);
  return {
    log: runsOf(arm).get(stored.id)?.log() ?? (typeof log === "string" ? log : ""),
    status,
  };
}

/** The run as it is now; once it has ended it is stored with its log. */
function refreshed(run: ArmResource, arm: ArmContext): ArmResource {
  const handle = runsOf(arm).get(run.id);
  if (!handle) {
    if (ENDED.includes(run.properties.status as string)) return run;
    const message = "The local Azure was restarted while the run was under way.";
    const lost = {
      ...run,
      properties: { ...run.properties, status: "Error", runErrorMessage: message },
    };
    arm.inventory.set(lost);
    return lost;
  }
  const errorMessage = handle.errorMessage();
  const current: ArmResource = {
    ...run,
    properties: {
      ...run.properties,
      status: handle.status(),
      startTime: handle.startTime(),
      finishTime: handle.finishTime(),
      lastUpdatedTime: handle.finishTime() ?? handle.startTime() ?? run.properties.createTime,
      outputImages: handle.images(),
      ...(errorMessage !== undefined && { runErrorMessage: errorMessage }),
    },
  };
  if (ENDED.includes(handle.status())) {
    arm.inventory.set(current, { ...arm.inventory.internal(run.id), log: handle.log() });
    runsOf(arm).delete(run.id);
  }
  return current;
}

function requireTask(taskId: string, { inventory }: ArmContext): ArmResource {
  const task = inventory.get(taskId);
  if (!task) {
    throw new AzureError(404, "TaskNotFound", `The task '${taskId}' could not be found.`);
  }
  if (task.properties.status === "Disabled") {
    throw new AzureError(409, "TaskDisabled", `The task '${task.name}' is disabled.`);
  }
  return task;
}

function taskRunStep(
  request: { overrideTaskStepProperties?: Record<string, unknown> | null },
  task: ArmResource | undefined,
): RegistryRunRequest["step"] {
  const overrides = Object.entries(request.overrideTaskStepProperties ?? {}).filter(
    ([, value]) => value !== null,
  );
  const step = { ...(task?.properties.step as object), ...Object.fromEntries(overrides) };
  return runStep(parseBody(taskStep, step));
}

function requestStep(
  request: Exclude<z.infer<typeof runRequest>, { type: "TaskRunRequest" }>,
): RegistryRunRequest["step"] {
  const contextPath = request.sourceLocation ?? undefined;
  return runStep(
    parseBody(taskStep, {
      ...request,
      contextPath,
      type: request.type === "DockerBuildRequest" ? "Docker" : "EncodedTask",
    }),
  );
}

function runStep(step: TaskStep): RegistryRunRequest["step"] {
  const contextPath = step.contextPath ?? undefined;
  const named = (values: TaskStepValues) =>
    (values ?? []).map(({ name, value }) => ({ name, value: value ?? "" }));
  if (step.type === "Docker") {
    return {
      type: "Docker",
      dockerFilePath: step.dockerFilePath,
      imageNames: step.imageNames ?? [],
      isPushEnabled: step.isPushEnabled ?? true,
      arguments: named(step.arguments),
      ...(contextPath !== undefined && { contextPath }),
    };
  }
  const decode = (content: string) => Buffer.from(content, "base64").toString("utf8");
  return {
    type: "EncodedTask",
    taskContent: decode(step.encodedTaskContent),
    ...(step.encodedValuesContent != null &&
      step.encodedValuesContent !== "" && { valuesContent: decode(step.encodedValuesContent) }),
    values: named(step.values),
    ...(contextPath !== undefined && { contextPath }),
  };
}

type TaskStepValues =
  | readonly { readonly name: string; readonly value?: string | null | undefined }[]
  | null
  | undefined;

function runsOf(arm: ArmContext): Map<string, RegistryRun> {
  let runs = running.get(arm);
  if (!runs) running.set(arm, (runs = new Map<string, RegistryRun>()));
  return runs;
}
