// Two projects: `unit` runs in process; `e2e` drives the real engine, one test file at a time.
const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest"] },
  setupFiles: [],
};

/** @type {import("jest").Config} */
module.exports = {
  projects: [
    { ...common, displayName: "unit", testMatch: ["<rootDir>/__tests__/!(e2e)/**/*.test.ts"] },
    { ...common, displayName: "e2e", testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts"] },
  ],
};
