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

export default tseslint.config(
  { ignores: [".gen/", "cdktf.out/", "coverage/", "**/dist/", "**/node_modules/", "sample-app/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "no-restricted-imports": ["error", perResourceImports],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  never(["config/**/*.ts"], ["constructs", "local-azure", "engine", "commands"]),
  never(["constructs/**/*.ts"], ["local-azure", "engine", "commands"]),
  never(["engine/**/*.ts"], ["config", "constructs", "local-azure", "commands"]),
  never(["local-azure/**/*.ts"], ["config", "constructs", "engine", "commands"]),
);
