import { z } from "zod";
import { regions } from "./regions.json";

/** `error` is what the setting allows; `problems.ts` adds its name and what was given. */
const text = (pattern: RegExp, allowed: string) =>
  z.string({ error: allowed }).regex(pattern, { error: allowed });

const whole = (min: number, max: number) => {
  const allowed = `a whole number from ${min} to ${max}`;
  return z.int({ error: allowed }).min(min, { error: allowed }).max(max, { error: allowed });
};

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

const yesOrNo = z.boolean({ error: "true or false" });

const group = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `one of ${Object.keys(shape).join(", ")}`
        : `a group of ${Object.keys(shape).join(", ")}`,
  });

/** What a state backend of the engine needs; credentials come from the environment only. */
const backend = z.discriminatedUnion(
  "type",
  [
    group({ type: z.literal("local") }),
    group({
      type: z.literal("azurerm"),
      resourceGroupName: text(
        /^[\w().-]{0,89}[\w()-]$/,
        "1 to 90 letters, digits, _, -, ., ( or ), not ending in .",
      ),
      storageAccountName: text(/^[a-z0-9]{3,24}$/, "3 to 24 lower-case letters or digits"),
      containerName: text(
        /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
        "3 to 63 lower-case letters, digits or single -",
      ),
      key: text(/^[\w./-]{1,1024}$/, "1 to 1024 letters, digits, _, -, . or /").optional(),
    }),
    group({
      type: z.literal("cloud"),
      hostname: text(/^[a-z0-9.-]+(:\d{1,5})?$/, "a host name, without https://").optional(),
      organization: text(/^[\w-]{3,40}$/, "3 to 40 letters, digits, _ or -"),
      workspace: text(/^[\w-]{1,90}$/, "1 to 90 letters, digits, _ or -"),
      project: text(/^[\w -]{3,40}$/, "3 to 40 letters, digits, spaces, _ or -").optional(),
    }),
  ],
  { error: "type local, azurerm or cloud" },
);

const imageSource = z.discriminatedUnion(
  "type",
  [
    group({
      type: z.literal("folder"),
      folder: text(/^[^\0]+$/, "a folder, relative to the project"),
    }),
    group({
      type: z.literal("git"),
      url: text(
        /^https:\/\/[\w.-]+(:\d{1,5})?\/[\w./-]+\.git$/,
        "an https:// address of a public repository that ends in .git",
      ),
      ref: text(/^[\w./-]{1,250}$/, "a commit, tag or branch"),
      folder: text(/^[\w-][\w./-]*$/, "a folder inside the repository"),
      modelPlaceholder: text(
        /^[\w<>.-]{3,64}$/,
        "3 to 64 letters, digits, _, -, ., < or >",
      ).optional(),
    }),
  ],
  { error: "type folder or git" },
);

/**
 * All that can be set of one environment.
 *
 * Lengths and characters are Azure's own ("Naming rules and restrictions for Azure resources") and
 * Kubernetes' (RFC 1123 labels), checked here because Azure checks them only in the middle of a
 * deployment.
 */
export const settingsSchema = group({
  /** Region of everything. */
  location: oneOf(regions as [string, ...string[]]),
  resourceGroupName: text(
    /^[\w().-]{0,89}[\w()-]$/,
    "1 to 90 letters, digits, _, -, ., ( or ), not ending in .",
  ),
  /** Tags of every Azure resource. */
  tags: z.record(
    text(/^[^<>%&\\?/]{1,512}$/, "1 to 512 characters without <, >, %, &, \\, ? or /"),
    text(/^.{0,256}$/s, "up to 256 characters"),
    { error: "tag names with their values" },
  ),
  cluster: group({
    name: text(
      /^[a-zA-Z0-9]([\w-]{0,61}[a-zA-Z0-9])?$/,
      "1 to 63 letters, digits, _ or -, starting and ending with a letter or digit",
    ),
    nodeCount: whole(1, 1000),
    /** Unset: AKS picks a size that the subscription can have. */
    vmSize: text(/^(Standard|Basic)_\w+$/, "a size's name, such as Standard_D2s_v5").optional(),
    /** Unset: AKS's default version. */
    kubernetesVersion: text(/^\d+\.\d+(\.\d+)?$/, "a version such as 1.33 or 1.33.2").optional(),
    /** Unset: Azure makes a key pair, and nobody ever sees its private half. */
    sshPublicKey: text(
      /^ssh-(rsa|ed25519) [A-Za-z0-9+/]+={0,2}( [^\n$%]*)?$/,
      "a public key in OpenSSH's form: ssh-rsa or ssh-ed25519, then base64",
    ).optional(),
  }),
  openai: group({
    accountName: text(
      /^[a-zA-Z0-9][\w.-]{1,63}$/,
      "2 to 64 letters, digits, _, - or ., starting with a letter or digit",
    ),
    /** Unique in all of Azure. Unset: derived from subscription and group. */
    customSubdomainName: text(
      /^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/,
      "2 to 64 lower-case letters, digits or -, starting and ending with a letter or digit",
    ).optional(),
  }),
  model: group({
    deploymentName: text(/^[\w.-]{2,64}$/, "2 to 64 letters, digits, _, - or ."),
    format: oneOf(["OpenAI"]),
    name: text(/^[\w.-]+$/, "a model of the catalogue"),
    version: text(/^[\w.-]+$/, "a version of the catalogue"),
    /** Deployment type; the catalogue has those of each model. */
    skuName: text(/^\w+$/, "a deployment type, such as GlobalStandard"),
    /** In thousands of tokens a minute for the standard types, in units for the provisioned ones. */
    capacity: whole(1, 100_000),
    /** Try a retired model all the same: Azure refuses it, a local Azure may not. */
    allowRetired: yesOrNo,
  }),
  registry: group({
    /** Unique in all of Azure. Unset: derived from subscription and group. */
    name: text(/^[a-zA-Z0-9]{5,50}$/, "5 to 50 letters or digits").optional(),
    /** Tasks need any; anonymous pull needs Standard or Premium. */
    sku: oneOf(["Basic", "Standard", "Premium"]),
    /** Off: the cluster's kubelet identity gets the role AcrPull instead. */
    anonymousPull: yesOrNo,
  }),
  identity: group({
    name: text(
      /^[a-zA-Z0-9][\w-]{2,127}$/,
      "3 to 128 letters, digits, _ or -, starting with a letter or digit",
    ),
  }),
  connection: group({
    /** The Kubernetes secret is named after it, hence no capitals. */
    name: text(
      /^(?=.*[a-z0-9])[a-z0-9._]{1,60}$/,
      "1 to 60 lower-case letters, digits, . or _, at least one of them a letter or digit",
    ),
    namespace: text(
      /^(?!kube-|sc-system$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "1 to 63 lower-case letters, digits or -, starting and ending with a letter or digit, not kube-... or sc-system",
    ),
    clientType: oneOf([
      "none",
      "dotnet",
      "java",
      "python",
      "go",
      "php",
      "ruby",
      "django",
      "nodejs",
      "springBoot",
    ]),
    /** What the identity may do on the account. */
    role: oneOf(["Cognitive Services OpenAI User", "Cognitive Services OpenAI Contributor"]),
  }),
  image: group({
    repository: text(
      /^(?=.{1,255}$)[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
      "lower-case letters, digits, single ., _ or -, parts divided by /",
    ),
    source: imageSource,
  }),
  application: group({
    podName: text(
      /^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/,
      "1 to 53 lower-case letters, digits or -, starting and ending with a letter or digit",
    ),
    /** Version of the data plane's API. Unset: the application's own default. */
    apiVersion: text(
      /^\d{4}-\d{2}-\d{2}(-preview)?$/,
      "a dated version such as 2024-10-21",
    ).optional(),
    /** Unset: the application's own default. */
    question: text(/^[^\0]{1,4000}$/, "1 to 4000 characters").optional(),
    /** How long the application waits for new permissions to be seen, in seconds. */
    waitSeconds: whole(0, 3600).optional(),
  }),
  backend,
});

export type Settings = z.infer<typeof settingsSchema>;
export type Backend = Settings["backend"];

/** The state's name in its container. */
export function stateKey(
  environment: string,
  { key }: Extract<Backend, { type: "azurerm" }>,
): string {
  return key ?? `${environment}.tfstate`;
}

type Groups = { readonly [K in keyof Settings]?: Partial<Settings[K]> };

/** What an environment changes; everything left out has its default. */
export type EnvironmentSettings = Groups & {
  readonly location?: string;
  readonly resourceGroupName?: string;
  readonly backend?: Backend;
  /** Values to start from instead of the defaults. */
  readonly preset?: "tutorial";
};
