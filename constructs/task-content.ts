import { gzipSync } from "fflate";
import { SourceError, type SourceFile } from "./source-folder";

/** Holds `sh`, `base64`, `gunzip`, `find`, `grep` and `sed`; from Microsoft's own registry, which asks for no account. */
const shellImage = "mcr.microsoft.com/azurelinux/busybox:1.36";

/**
 * From version v1.1.0 on, the runner of tasks reads them line by line, and drops a line of 64 KiB
 * with all that follows (Azure/acr-builder, `SeparateAliasFromRest`: `bufio.MaxScanTokenSize`). A
 * step is one line; the rest is for what stands before its script.
 */
const maxScriptLength = 60 * 1024;

/** Even where nothing can be compressed, a piece is shorter than a script when it is base64-coded. */
const pieceBytes = 36 * 1024;

/**
 * The runner takes the task, base64-coded once more, as one argument (Azure/acr-builder,
 * `--encoded-file`), and Linux takes none of 128 KiB or more (`MAX_ARG_STRLEN`).
 */
const maxContentLength = 95 * 1024;

/**
 * A multi-step task (Microsoft Learn, "ACR Tasks reference: YAML") that writes files into the run's
 * working directory, which all steps share, and builds an image of them.
 *
 * The files are compressed by fflate and not by Node's zlib, whose output is not the same on every
 * machine.
 *
 * @throws SourceError when they are too large for a task.
 */
export function buildFilesTask(files: readonly SourceFile[], image: string): string {
  const content = task([...writeSteps(files), ...buildSteps(image)]);
  if (content.length > maxContentLength) {
    throw new SourceError(
      `image.source.folder: its files, compressed, make a task of ${content.length} characters; ` +
        `allowed: up to ${maxContentLength}. Leave more out in .dockerignore, or build from a git repository`,
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
        // No shell variable: from version v1.1.0 on, `$` begins one of the task's aliases. No file
        // beside the working directory, which is all that an image without /tmp can write to.
        shell(
          `grep -rqF "${replace.placeholder}" . && find . -type f -not -path "./.git/*" ` +
            `-exec grep -qF "${replace.placeholder}" {} ";" ` +
            `-exec sed -i "s/${replace.placeholder.replaceAll(".", "\\.")}/${replace.value}/g" {} ";"`,
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
    if (script.length + command.length > maxScriptLength) {
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
    const piece = gzipSync(content.subarray(start, start + pieceBytes), { level: 9, mtime: 0 });
    const coded = Buffer.from(piece).toString("base64");
    commands.push(`echo ${coded} | base64 -d | gunzip ${redirect} ${path}`);
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
