import { SourceError, type SourceFile } from "./source-folder";

/** Holds `sh`, `base64`, `find`, `grep` and `sed`; from Microsoft's own registry, which asks for no account. */
const shellImage = "mcr.microsoft.com/azurelinux/busybox:1.36";

/**
 * A step's command line reaches a shell as one argument, and Linux takes none of 128 KiB or more
 * (`MAX_ARG_STRLEN`); the rest is for `docker run` and its flags.
 */
const maxCommandLength = 120 * 1024;

/** Multiple of 3, so that every piece but the last encodes without padding. */
const pieceBytes = 60 * 1024;

/** ARM takes requests of up to 4 MB, and the task's content is base64-coded once more on its way. */
const maxContentLength = 3_000_000;

/**
 * A multi-step task (Microsoft Learn, "ACR Tasks reference: YAML") that writes files into the run's
 * working directory, which all steps share, and builds an image of them.
 *
 * The files travel uncompressed: zlib's output is not the same on every machine.
 *
 * @throws SourceError when they are too large for a task.
 */
export function buildFilesTask(files: readonly SourceFile[], image: string): string {
  const content = task([...writeSteps(files), ...buildSteps(image)]);
  if (content.length > maxContentLength) {
    throw new SourceError(
      `image.source.folder: its files make a task of ${content.length} characters; allowed: up to ` +
        `${maxContentLength}. Leave more out in .dockerignore, or build from a git repository`,
    );
  }
  return content;
}

/**
 * A task that builds an image of its context, a git repository's folder.
 *
 * @param replace - text to be replaced in every file first; the run fails where no file has it.
 */
export function buildContextTask(
  image: string,
  replace?: { readonly placeholder: string; readonly value: string },
): string {
  const steps = replace
    ? [
        // No shell variable: from version v1.1.0 on, `$` begins one of the task's aliases.
        shell(
          `find . -type f -not -path "./.git/*" -exec grep -lF "${replace.placeholder}" {} + > /tmp/found && ` +
            `xargs sed -i "s/${replace.placeholder.replaceAll(".", "\\.")}/${replace.value}/g" < /tmp/found`,
        ),
      ]
    : [];
  return task([...steps, ...buildSteps(image)]);
}

function buildSteps(image: string): string[] {
  return [
    `  - build: ${JSON.stringify(`-t ${image} -f Dockerfile .`)}`,
    `  - push: ${JSON.stringify([image])}`,
  ];
}

/** As few steps as fit, since every one starts a container. */
function writeSteps(files: readonly SourceFile[]): string[] {
  const steps: string[] = [];
  let script = "set -e";
  for (const command of files.flatMap(writeCommands)) {
    if (script.length + command.length > maxCommandLength) {
      steps.push(shell(script));
      script = "set -e";
    }
    script += `; ${command}`;
  }
  return [...steps, shell(script)];
}

function writeCommands({ path, content }: SourceFile): string[] {
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;
  const commands = folder === undefined ? [] : [`mkdir -p ${folder}`];
  let redirect = ">";
  for (let start = 0; start === 0 || start < content.length; start += pieceBytes) {
    const piece = content.subarray(start, start + pieceBytes).toString("base64");
    commands.push(`echo ${piece} | base64 -d ${redirect} ${path}`);
    redirect = ">>";
  }
  return commands;
}

function shell(script: string): string {
  return `  - cmd: ${JSON.stringify(`${shellImage} -c '${script}'`)}\n    entryPoint: sh`;
}

/** Written by hand: each value is one JSON string, which YAML reads as it is. */
function task(steps: readonly string[]): string {
  return ["version: v1.1.0", "steps:", ...steps, ""].join("\n");
}
