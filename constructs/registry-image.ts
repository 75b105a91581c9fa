import { createHash } from "node:crypto";
import { ContainerRegistryTask } from "@cdktf/provider-azurerm/lib/container-registry-task";
import { ContainerRegistryTaskScheduleRunNow } from "@cdktf/provider-azurerm/lib/container-registry-task-schedule-run-now";
import { Construct } from "constructs";
import type { ContainerRegistry } from "./container-registry";
import { contentHash, readSourceFolder } from "./source-folder";
import { buildContextTask, buildFilesTask } from "./task-content";

/** Where an image's files come from. */
export type ImageSource =
  | {
      readonly type: "folder";
      /** Relative to the working directory; must hold a Dockerfile. */
      readonly folder: string;
    }
  | {
      readonly type: "git";
      /** A public repository; ends in `.git`. */
      readonly url: string;
      /** A commit, tag or branch. Only its name is known here: a branch that moves is not built again. */
      readonly ref: string;
      /** Folder of the repository with the Dockerfile. */
      readonly folder: string;
      /** Text to be replaced in the files before the build. @default - none */
      readonly replace?: { readonly placeholder: string; readonly value: string };
    };

export interface RegistryImageProps {
  readonly registry: ContainerRegistry;
  readonly repository: string;
  readonly source: ImageSource;
  readonly tags?: Record<string, string>;
}

/**
 * An image that the registry itself builds, tagged by its content: nothing local is needed, and a
 * changed file is another image.
 */
export class RegistryImage extends Construct {
  /** The build; whoever runs the image must wait for it. */
  readonly run: ContainerRegistryTaskScheduleRunNow;
  /** Reference with which a cluster pulls the image. */
  readonly reference: string;

  constructor(scope: Construct, id: string, props: RegistryImageProps) {
    super(scope, id);
    const { tag, contextPath, taskContent } = prepare(props.repository, props.source);

    const task = new ContainerRegistryTask(this, "Resource", {
      name: `build-${props.repository.replaceAll(/[^a-z0-9]+/g, "-")}`.slice(0, 50),
      containerRegistryId: props.registry.resource.id,
      // The architecture of the cluster's nodes, and the agent's size: said, so that Azure's defaults do not decide.
      platform: { os: "Linux", architecture: "amd64" },
      agentSetting: { cpu: 2 },
      encodedStep: { taskContent, contextPath },
      tags: props.tags,
    });
    this.run = new ContainerRegistryTaskScheduleRunNow(this, "Run", {
      containerRegistryTaskId: task.id,
      lifecycle: {
        replaceTriggeredBy: [`${task.terraformResourceType}.${task.friendlyUniqueId}.encoded_step`],
      },
    });
    this.reference = `${props.registry.resource.loginServer}/${props.repository}:${tag}`;
  }
}

interface Preparation {
  readonly tag: string;
  readonly contextPath?: string;
  readonly taskContent: string;
}

function prepare(repository: string, source: ImageSource): Preparation {
  if (source.type === "folder") {
    const files = readSourceFolder(source.folder);
    const tag = contentHash(files).slice(0, 12);
    return { tag, taskContent: buildFilesTask(files, imageInTask(repository, tag)) };
  }
  const { url, ref, folder, replace } = source;
  const tag = createHash("sha256")
    .update(JSON.stringify([url, ref, folder, replace?.placeholder, replace?.value]))
    .digest("hex")
    .slice(0, 12);
  return {
    tag,
    contextPath: `${url}#${ref}:${folder}`,
    taskContent: buildContextTask(imageInTask(repository, tag), replace),
  };
}

/** `{{.Run.Registry}}` is the login server of the registry that runs the task. */
function imageInTask(repository: string, tag: string): string {
  return `{{.Run.Registry}}/${repository}:${tag}`;
}
