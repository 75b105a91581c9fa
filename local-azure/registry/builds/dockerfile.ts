import { DockerfileParser, type Instruction as ParsedInstruction } from "dockerfile-ast";

/** One instruction of a Dockerfile, before variables are replaced. */
export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  /** Counted from 1. */
  readonly line: number;
  readonly flags: Readonly<Record<string, string>>;
  /** Without flags and comments, on one line. */
  readonly text: string;
  /** The words of the JSON form. */
  readonly json?: readonly string[];
  /** `NAME=value` pairs of ARG, ENV and LABEL; an ARG without default has no value. */
  readonly pairs: readonly (readonly [name: string, value: string | undefined])[];
  readonly heredocs: readonly { readonly name: string; readonly content: string }[];
}

export interface Stage {
  /** `FROM <image> AS <name>`. */
  readonly name?: string;
  readonly from: Instruction;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** The ARGs before the first FROM. */
  readonly globalArguments: readonly Instruction[];
  readonly stages: readonly Stage[];
}

const KEYWORDS = new Set([
  "ADD",
  "ARG",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
]);

/**
 * @throws Error naming the line: no stage, an instruction before the first one, or one that is not known here.
 */
export const parseDockerfile = (text: string): Dockerfile => {
  const source = text.replaceAll("\r\n", "\n");
  const lines = source.split("\n");
  const instructions = DockerfileParser.parse(source)
    .getInstructions()
    .map((parsed) => instructionOf(parsed, lines));
  const globalArguments: Instruction[] = [];
  const stages: { name?: string; from: Instruction; image: string; instructions: Instruction[] }[] =
    [];
  for (const instruction of instructions) {
    const { keyword, line } = instruction;
    const stage = stages.at(-1);
    if (!KEYWORDS.has(keyword)) {
      throw new Error(`dockerfile parse error on line ${line}: unknown instruction: ${keyword}`);
    }
    if (keyword === "FROM") {
      const [image = "", as, name] = instruction.text.split(/\s+/);
      if (image === "" || (as !== undefined && (as.toUpperCase() !== "AS" || !name))) {
        throw new Error(
          `dockerfile parse error on line ${line}: FROM requires either one or three arguments`,
        );
      }
      stages.push({ name: name?.toLowerCase(), from: instruction, image, instructions: [] });
    } else if (stage) {
      stage.instructions.push(instruction);
    } else if (keyword === "ARG") {
      globalArguments.push(instruction);
    } else {
      throw new Error(`dockerfile parse error on line ${line}: no build stage in current context`);
    }
  }
  if (stages.length === 0) throw new Error("the Dockerfile has no build stage: FROM is missing");
  return { globalArguments, stages };
};

/** What dockerfile-ast adds to some instructions. */
interface Details {
  getFlags?(): { getName(): string; getValue(): string | null }[];
  getProperties?(): { getName(): string; getValue(): string | null }[];
  getHeredocs?(): {
    getName(): string;
    getContentRange(): { start: { line: number }; end: { line: number } } | null;
  }[];
}

const instructionOf = (parsed: ParsedInstruction, lines: readonly string[]): Instruction => {
  const details = parsed as unknown as Details;
  const { start, end } = parsed.getRange();
  const heredocs = (details.getHeredocs?.() ?? []).map((heredoc) => {
    const range = heredoc.getContentRange();
    return {
      name: heredoc.getName(),
      content: range ? `${lines.slice(range.start.line, range.end.line + 1).join("\n")}\n` : "",
    };
  });
  const own = lines.slice(start.line, heredocs.length > 0 ? start.line + 1 : end.line + 1);
  const text = withoutFlags(joinLines(own).replace(/^\s*\w+\s*/, ""));
  return {
    keyword: parsed.getKeyword(),
    line: start.line + 1,
    flags: Object.fromEntries(
      (details.getFlags?.() ?? []).map((flag) => [flag.getName(), flag.getValue() ?? "true"]),
    ),
    text,
    json: jsonForm(text),
    pairs: (details.getProperties?.() ?? []).map(
      (property) => [property.getName(), property.getValue() ?? undefined] as const,
    ),
    heredocs,
  };
};

/** The words of the JSON form; what is not valid JSON is a command for the shell, as `[ -f a ] && b` is. */
const jsonForm = (text: string): string[] | undefined => {
  if (!text.startsWith("[")) return undefined;
  try {
    const words = JSON.parse(text) as unknown[];
    return words.every((word) => typeof word === "string") ? words : undefined;
  } catch {
    return undefined;
  }
};

/** The library keeps comments that stand between the lines of an instruction; a shell must not see them. */
const joinLines = (lines: readonly string[]): string =>
  lines
    .filter((line, index) => index === 0 || !/^\s*(#|$)/.test(line))
    .map((line) => line.replace(/\\\s*$/, " "))
    .join("")
    .trim();

const withoutFlags = (text: string): string => text.replace(/^(--[\w-]+(=\S+)?\s+)+/, "");
