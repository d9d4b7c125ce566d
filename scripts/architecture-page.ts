import { existsSync } from "node:fs";
import { join } from "node:path";
import { cell, type Finding, pageInStep } from "./page.ts";
import { ROOMS } from "./rooms.ts";

/** The room table of ARCHITECTURE.md: rooms that have a folder, lowest first. */
export function roomTable(root: string): string {
  const rows = Object.entries(ROOMS)
    .filter(([name]) => existsSync(join(root, "src", name)))
    .map(([name, room]) => {
      const imports = name === "app" ? "everything" : name === "bench" ? "everything but app and ui" : room.imports.join(", ") || "nothing";
      const types = room.typesOf === undefined ? "" : `; types only: ${room.typesOf.join(", ")}`;
      return `| ${name} | ${cell(room.holds)} | ${imports}${types} | ${room.node === "none" ? "no" : "yes"} |`;
    });
  return ["| room | holds | may import | uses Node |", "|---|---|---|---|", ...rows].join("\n");
}

export function architecturePage(root: string, write: boolean): Finding {
  return pageInStep(join(root, "ARCHITECTURE.md"), roomTable(root), write, "rooms");
}
