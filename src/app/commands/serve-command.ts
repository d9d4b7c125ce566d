import { resolve } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { terminalText } from "../../base/escape.ts";
import type { Command } from "../command-line.ts";
import { startPlatform } from "../live/start-platform.ts";

export const serveCommand: Command = {
  name: "serve",
  synopsis: "serve [--data DIR] [--port N] [--config FILE] [--demo [--demo-speed N]]",
  summary: "starts the platform on http://127.0.0.1:8470 and watches its sources",
  options: {
    data: { type: "string", value: "DIR", help: "data folder (default ./data)" },
    port: { type: "string", value: "N", help: "port (default 8470; 0 = any free one)" },
    config: { type: "string", value: "FILE", help: "configuration file (default DATA/wonted.yaml)" },
    org: { type: "string", value: "FILE", help: "organisation file (default: the one that the configuration names)" },
    demo: { type: "boolean", help: "a synthetic organisation to watch, labelled so everywhere; loopback only, signed in as viewer" },
    "demo-speed": { type: "string", value: "N", help: "how much faster than life its last working day is played, until it meets the clock (default 60)" },
  },
  words: [0, 0],
  async run(input) {
    // Asked for before the start: whoever reads the address may end the platform at once, and it ends politely.
    const stop = new Promise<void>((done) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
    });
    const running = await startPlatform({
      data: resolve(input.text("data") ?? "data"),
      port: input.integer("port", 8_470, 0, 65_535),
      config: input.text("config"),
      org: input.text("org"),
      demo: input.flag("demo") ? (await import("../live/demonstration.ts")).livingOrganisation(input.integer("demo-speed", 60, 1, 3_600)) : undefined,
      clock: systemClock,
      print: (line) => process.stdout.write(`${line}\n`),
      log: (level, message) =>
        process.stderr.write(`${JSON.stringify({ time: new Date(systemClock.now()).toISOString(), level, message: terminalText(message) })}\n`),
    });
    try {
      await Promise.race([stop, running.failed]);
    } catch (error) {
      // The fault that ended the work is the one to tell; without closing, the server would keep the process up and blind.
      await running.close().catch(() => undefined);
      throw error;
    }
    process.stdout.write("Ending: committing what was read.\n");
    await running.close();
    return 0;
  },
};
