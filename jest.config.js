// Two projects: `unit` runs in process; `e2e` drives the real engine, one test file at a time.
const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest"] },
};

/** @type {import("jest").Config} */
module.exports = {
  // No test is about speed, and a process that one starts may take long on a busy machine.
  testTimeout: 60_000,
  projects: [
    { ...common, displayName: "unit", testMatch: ["<rootDir>/__tests__/!(e2e)/**/*.test.ts"] },
    { ...common, displayName: "e2e", testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts"] },
  ],
};
