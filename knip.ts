import type { KnipConfig } from "knip";

/** Unused files, packages and exports fail the check; types may stand unused, since the vocabulary is written before its readers. */
const config: KnipConfig = {
  entry: [
    "src/app/main.ts",
    "src/app/stories/wire/web-client.ts",
    "src/app/stories/wire/web-server.ts",
    "src/bench/measure-speed.ts",
    "src/bench/main.ts",
    "src/bench/block/client.ts",
    "src/bench/block/echo-server.ts",
    "src/bench/block/relay.ts",
    "src/helper/main.ts",
    "src/**/worker.ts",
    "src/**/*-for-tests.ts",
    "test/support/invented-server.ts",
    "scripts/*.{ts,mjs}",
    "bin/*.mjs",
    "demo/*.{ts,mjs}",
    "demo/programs/*.mjs",
  ],
  project: ["src/**/*.{ts,tsx,css}", "scripts/**/*.{ts,mjs}", "bin/**/*.mjs", "demo/**/*.{ts,mjs}", "test/**/*.ts"],
  ignoreExportsUsedInFile: true,
  // System programs, which WONTED_SYSTEM=1 installs.
  ignoreBinaries: ["unshare", "apt-get", "apt-cache", "mkfifo", "ip", "nft", "mount", "umount", "openssl", "dovecot"],
  // Found by its path rather than imported; run by its path.
  ignoreDependencies: ["@ip-location-db/geo-whois-asn-country-mmdb", "@biomejs/biome"],
  compilers: {
    css: (text: string) => [...text.matchAll(/@import\s+(?:url\()?["']([^"']+)["']/g)].map((match) => `import ${JSON.stringify(match[1])};`).join("\n"),
  },
  rules: { types: "off", duplicates: "off" },
};

export default config;
