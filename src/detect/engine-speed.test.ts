import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { flow } from "../../test/support/models.ts";
import { ModelEngine } from "./engine.ts";
import { parseModel } from "./parse-model.ts";

const folder = fileURLToPath(new URL("../../content/models/", import.meta.url));

/** The goal is 0.7 µs; a machine that runs other tests at the same time is allowed three times that. */
test("an outbound flow that interests no model costs little with all models loaded", () => {
  const models = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => parseModel(readFileSync(`${folder}${file}`, "utf8"), file))
    .flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
  expect(models.length).toBeGreaterThan(25);
  const engine = new ModelEngine(models);
  const facts = { historyHours: 300, endpointNovelty: 0, portNovelty: 0, actorIsOurs: true, actorRoles: [], unusual: 3, endpointRarity: 10 };
  const quiet = Array.from({ length: 512 }, (_, i) =>
    flow(i * 1_000, `203.0.113.${i & 255}`, { dstPort: 443, service: "tls", bytesOut: 900, bytesIn: 9_000, duration: 3 }, facts),
  );
  let alerts = 0;
  const best = Array.from({ length: 12 }, () => {
    const start = performance.now();
    for (let round = 0; round < 40; round++) for (const o of quiet) alerts += engine.observe(o).length;
    return ((performance.now() - start) * 1_000) / (40 * quiet.length);
  });
  expect(alerts).toBe(0);
  expect(Math.min(...best)).toBeLessThan(2.1);
});
