import tseslint from "typescript-eslint";

/** Importing a provider package's root loads every resource: 10 s and 1.7 GB (see decisions/). */
const perResourceImports = {
  paths: ["azurerm", "kubernetes"].map((name) => ({
    name: `@cdktf/provider-${name}`,
    message: `Import one resource: @cdktf/provider-${name}/lib/<resource>.`,
  })),
};

/** Imports go one way: each folder names the folders that it must not import. */
const never = (files, folders) => ({
  files,
  rules: {
    "no-restricted-imports": [
      "error",
      {
        ...perResourceImports,
        patterns: folders.map((folder) => ({
          group: [`**/${folder}/**`, `**/${folder}`],
          message: `This folder must not import ${folder}/ (see decisions/).`,
        })),
      },
    ],
  },
});

/** What is synthesized, what works with it, and what it is deployed to without a subscription. */
const stack = ["config", "constructs"];
const tools = ["commands", "engine", "review", "verify"];
const locals = ["local-azure", "local-terraform-cloud"];

export default tseslint.config(
  { ignores: [".gen/", "cdktf.out/", "coverage/", "**/dist/", "**/node_modules/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "no-restricted-imports": ["error", perResourceImports],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // What an error or a variable holds is not known there, and an empty text is none.
    files: ["sample-app/**/*.ts"],
    rules: {
      "@typescript-eslint/no-base-to-string": "off",
      "@typescript-eslint/prefer-nullish-coalescing": ["error", { ignorePrimitives: true }],
    },
  },
  never(["main.ts"], [...tools, ...locals]),
  never(["config/**/*.ts"], ["constructs", ...tools, ...locals]),
  never(["constructs/**/*.ts"], [...tools, ...locals]),
  never(["engine/**/*.ts"], [...stack, "commands", "review", "verify", ...locals]),
  never(["review/**/*.ts", "verify/**/*.ts"], [...stack, "commands", ...locals]),
  never(["commands/**/*.ts"], [...stack, ...locals]),
  never(["local-azure/**/*.ts"], [...stack, ...tools, "local-terraform-cloud"]),
  never(["local-terraform-cloud/**/*.ts"], [...stack, ...tools, "local-azure"]),
);
