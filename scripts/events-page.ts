import { join } from "node:path";
import {
  ALERT_FACTS,
  BEACON_FACTS,
  BURST_FACTS,
  CATEGORICAL_FEATURES,
  COMMON_FACTS,
  EVENT_FACTS,
  type FactSpec,
  HOUR_FACTS,
  OUTFLOW_FACTS,
  SOURCE_FACTS,
  VOLUME_FEATURES,
} from "../src/schema/facts.ts";
import { FAMILIES, type FamilySpec } from "../src/schema/families.ts";
import { cell, type Finding, pageInStep } from "./page.ts";

function familySection(name: string, family: FamilySpec): string {
  const head = `### ${name}\n\n${family.doc}${family.ocsf === undefined ? "" : `. OCSF: ${family.ocsf}`}\n`;
  const columns = Object.entries(family.columns);
  if (columns.length === 0) return head;
  const rows = columns.map(([column, spec]) => `| ${column} | ${spec.kind} | ${cell(spec.doc)} | ${spec.ocsf ?? ""} |`);
  return `${head}\n| field | kind | meaning | OCSF |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

function factSection(title: string, facts: Readonly<Record<string, FactSpec>>): string {
  const rows = Object.entries(facts).map(([name, spec]) => `| ${name} | ${spec.kind} | ${cell(spec.doc)} |`);
  return `### ${title}\n\n| fact | kind | meaning |\n|---|---|---|\n${rows.join("\n")}\n`;
}

function featureSection(title: string, intro: string, features: Readonly<Record<string, string>>): string {
  const rows = Object.entries(features).map(([name, doc]) => `| ${name} | ${cell(doc)} |`);
  return `### ${title}\n\n${intro}\n\n| feature | what it is |\n|---|---|\n${rows.join("\n")}\n`;
}

/** docs/reference/events.md: what models filter on and search understands. */
export function eventsReference(): string {
  return `${[
    "# Events and facts",
    "Made from src/schema by `npm run check -- --write`; do not edit. Models filter on these names and on no others.",
    "Every event also carries: source, file, line, offset (where it stands), time (its own), seen (when we saw it), native (Zeek uid or Suricata community_id), src, srcPort, dst, dstPort, proto, direction (internal, outbound, inbound, external, unknown).",
    "OCSF names the attribute of OCSF 1.3 that means the same.",
    "## Families of events\n",
    ...Object.entries(FAMILIES).map(([name, family]) => familySection(name, family)),
    "## Facts that learning adds\n",
    factSection("On every observation", COMMON_FACTS),
    factSection("On events", EVENT_FACTS),
    factSection("On `conn` to the outside and on `hour`: what was sent over days", OUTFLOW_FACTS),
    featureSection(
      "On events, by feature",
      "A feature F yields FNovelty (0 known, 1 new to the entity, 2 to its peer group, 3 to the organisation), FRarity (0-100, share of entities that never used it) and FP (calibrated p in (0, 1]).",
      CATEGORICAL_FEATURES,
    ),
    factSection("On `hour`: a device's hour that closed", HOUR_FACTS),
    featureSection("On `hour`, by feature", "A feature F yields F, FExpected (median), FHigh (95 % of usual) and FP (calibrated p).", VOLUME_FEATURES),
    factSection("On `burst`: a minute out of its rhythm", BURST_FACTS),
    factSection("On `beacon`: a pair found regular", BEACON_FACTS),
    factSection("On `modelAlert`: a model that fired", ALERT_FACTS),
    factSection("On `source`: a source whose health changed", SOURCE_FACTS),
  ]
    .map((part) => part.trimEnd())
    .join("\n\n")}\n`;
}

export function eventsPage(root: string, write: boolean): Finding {
  return pageInStep(join(root, "docs/reference/events.md"), eventsReference(), write);
}
