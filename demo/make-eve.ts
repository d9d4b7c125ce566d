// Writes demo/eve.json.gz from demo/capture.pcap.gz: see README.md. Usage: node demo/make-eve.ts [CAPTURE EVE]
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import { pcapToEve } from "../src/sensors/suricata/read-pcap.ts";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const [capture = here("capture.pcap.gz"), eve = here("eve.json.gz")] = process.argv.slice(2);
const lines: string[] = [];
for await (const batch of pcapToEve(capture)) lines.push(...batch);
writeFileSync(eve, gzipSync(`${lines.join("\n")}\n`, { level: constants.Z_BEST_COMPRESSION }));
process.stderr.write(`${eve}: ${lines.length} records\n`);
