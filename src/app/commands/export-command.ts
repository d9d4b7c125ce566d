import { systemClock } from "../../base/clock.ts";
import { csvCell, escapeJsonText } from "../../base/escape.ts";
import { CodedError } from "../../base/result.ts";
import { iso } from "../../base/time.ts";
import { openStore } from "../../store/index.ts";
import type { AlertRow } from "../../store/requests.ts";
import type { Command } from "../command-line.ts";
import { requireDataFolder } from "../data-folder.ts";
import { alertAnswer } from "../services/convert.ts";

const PAGE = 500;

/** Cells that open in a spreadsheet without running as formulas. */
function csvLine(alert: AlertRow): string {
  const cells = [
    alert.id,
    iso(alert.time),
    alert.model,
    alert.title,
    alert.priority,
    Math.round(alert.score),
    alert.category,
    alert.entity.hostname ?? alert.entity.ip ?? alert.entity.id,
    alert.mitre.join(" "),
    alert.state,
  ];
  return cells.map(csvCell).join(",");
}

export const exportCommand: Command = {
  name: "export",
  synopsis: "export alerts [--format ndjson|csv] [--state all|open] [--data DIR]",
  summary: "writes the stored alerts of a platform that is not running to standard output",
  options: {
    data: { type: "string", value: "DIR", help: "data folder (default ./data)" },
    format: { type: "string", value: "FORM", help: "ndjson (default) or csv" },
    state: { type: "string", value: "STATE", help: "all (default) or open" },
  },
  words: [1, 1],
  async run(input) {
    const format = input.text("format") ?? "ndjson";
    const state = input.text("state") ?? "all";
    if (input.words[0] !== "alerts" || !["ndjson", "csv"].includes(format) || (state !== "all" && state !== "open"))
      throw new CodedError("bad-option", "export: what is exported are alerts, as ndjson or csv, all or open ones", {
        exitCode: 2,
        hint: `wonted ${exportCommand.synopsis}`,
      });
    const dir = requireDataFolder(input.text("data") ?? "data");
    const store = await openStore({ dir, clock: systemClock });
    try {
      if (format === "csv") process.stdout.write("id,time,model,title,priority,score,category,entity,techniques,state\r\n");
      for (let offset = 0; ; offset += PAGE) {
        const { alerts } = await store.ask("alerts", { state, sort: "time", limit: PAGE, offset });
        for (const alert of alerts)
          process.stdout.write(format === "csv" ? `${csvLine(alert)}\r\n` : escapeJsonText(`${JSON.stringify(alertAnswer(alert))}\n`));
        if (alerts.length < PAGE) return 0;
      }
    } finally {
      await store.close();
    }
  },
};
