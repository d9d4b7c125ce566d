import { CodedError } from "../base/result.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { ownNetworks, readContacts } from "./contacts.ts";
import type { Figure } from "./figures.ts";
import { ritaScore } from "./others/rita-formula.ts";
import { runReplay } from "./run-replay.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** Alerts whose actor is an own device, on logs in which own devices did nothing wrong. */
async function run(options: BenchOptions): Promise<{ bench: string; version: string; figures: Figure[] }> {
  if (options.data.length === 0) throw new CodedError("bad-option", "benign: --data DIR is missing", { exitCode: 2 });
  let deviceDays = 0;
  let devices = 0;
  let days = 0;
  let incidents = 0;
  let rita = 0;
  let firstSeen = 0;
  const byPriority = new Map<number, number>();
  for (const [i, data] of options.data.entries()) {
    const org = options.org[i];
    const own = ownNetworks(org);
    const contacts = await readContacts([data], own);
    const replayed = await runReplay([data], org);
    const alerts = replayed.alerts.filter((a) => a.entity.kind === "device");
    deviceDays += contacts.deviceDays;
    devices += contacts.devices.size;
    days += (contacts.to - contacts.from) / 86_400_000;
    incidents += replayed.incidents.length;
    for (const alert of alerts) byPriority.set(alert.priority, (byPriority.get(alert.priority) ?? 0) + 1);
    for (const [key, pair] of contacts.pairs) {
      if (!own.has(key.split(" ")[0] ?? "")) continue;
      firstSeen++;
      if ((ritaScore(pair, contacts.from, contacts.to) ?? 0) >= 0.7) rita++;
    }
    options.print(
      `${data}: ${contacts.devices.size} devices, ${contacts.deviceDays.toFixed(2)} device-days, ${replayed.summary.events} events, ${alerts.length} alerts of own devices, ${replayed.alerts.length - alerts.length} of outside addresses\n`,
    );
    for (const a of alerts) options.print(`    priority ${a.priority}, score ${a.score}: ${a.model}: ${a.title}\n`);
  }
  const total = [...byPriority.values()].reduce((a, b) => a + b, 0);
  const figures: Figure[] = [
    { name: "alertsPerDeviceDay", method: "wonted", value: total / deviceDays },
    { name: "alertsPerDeviceDay", method: "RITA formula >= 0.7", value: rita / deviceDays },
    { name: "alertsPerDeviceDay", method: "control: every new pair", value: firstSeen / deviceDays },
    { name: "incidentsPerDay", method: "wonted", value: incidents / days },
    { name: "devices", method: "wonted", value: devices },
    { name: "highPriority", method: "wonted", value: (byPriority.get(4) ?? 0) + (byPriority.get(5) ?? 0) },
  ];
  for (let p = 0; p <= 5; p++) figures.push({ name: `alertsPerDeviceDay.priority${p}`, method: "wonted", value: (byPriority.get(p) ?? 0) / deviceDays });
  return { bench: "benign", version: VERSION_OF_BENCH, figures };
}

export const benignBench: Bench = {
  name: "benign",
  goals: [
    { name: "alertsPerDeviceDay", atMost: 1 },
    { name: "highPriority", atMost: 0 },
  ],
  run,
};
