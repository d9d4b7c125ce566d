import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "src/**/*.test.tsx", "test/**/*.test.ts", "scripts/**/*.test.ts", "docs/**/*.test.ts"],
    testTimeout: 30_000,
    pool: "forks",
    reporters: ["default", "./scripts/count-reporter.ts"],
  },
});
