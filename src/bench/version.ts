import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HOME } from "./bench-core.ts";

/** Version of the program whose figures these are. */
export const VERSION_OF_BENCH: string = (JSON.parse(readFileSync(join(HOME, "package.json"), "utf8")) as { version: string }).version;
