import type { LifeOutput, LifeSource } from "../life.ts";
import { machinesOf, moments, shareOfWork } from "../saas/standpoint.ts";
import { addressOf } from "../world/addressing.ts";
import type { Draw } from "../world/draw.ts";
import type { Device, Person, World } from "../world/types.ts";
import { type AlertDraft, defenderAlert, deviceColumns, huntingRow } from "./defender.ts";
import { programsOf } from "./programs.ts";

type Noise = Pick<AlertDraft, "title" | "severity" | "category" | "techniques" | "detection"> & { weight: number; for: "anybody" | "it" | "server" };

/** Alerts of days on which nothing happened: unwanted programs, blocked downloads, administrators' own tools, the odd false one. */
const NOISE: readonly Noise[] = [
  {
    title: "'PUADlManager' unwanted software was prevented",
    severity: "informational",
    category: "UnwantedSoftware",
    techniques: [],
    detection: "antivirus",
    weight: 10,
    for: "anybody",
  },
  {
    title: "Connection to a custom network indicator",
    severity: "informational",
    category: "SuspiciousActivity",
    techniques: [],
    detection: "smartScreen",
    weight: 6,
    for: "anybody",
  },
  {
    title: "Suspicious file was blocked by SmartScreen",
    severity: "low",
    category: "InitialAccess",
    techniques: ["T1204"],
    detection: "smartScreen",
    weight: 5,
    for: "anybody",
  },
  {
    title: "An active 'Phish' malware in a browser cache was prevented",
    severity: "informational",
    category: "Malware",
    techniques: [],
    detection: "antivirus",
    weight: 4,
    for: "anybody",
  },
  {
    title: "Suspicious PowerShell command line",
    severity: "medium",
    category: "Execution",
    techniques: ["T1059.001"],
    detection: "microsoftDefenderForEndpoint",
    weight: 3,
    for: "it",
  },
  {
    title: "Suspicious LDAP query",
    severity: "medium",
    category: "Discovery",
    techniques: ["T1018", "T1069"],
    detection: "microsoftDefenderForEndpoint",
    weight: 2,
    for: "it",
  },
  {
    title: "PsExec launched a command on a remote device",
    severity: "medium",
    category: "LateralMovement",
    techniques: ["T1569"],
    detection: "microsoftDefenderForEndpoint",
    weight: 1,
    for: "it",
  },
  {
    title: "Anomalous account lookups",
    severity: "low",
    category: "Discovery",
    techniques: ["T1087"],
    detection: "microsoftDefenderForEndpoint",
    weight: 2,
    for: "server",
  },
  {
    title: "Suspicious scheduled task",
    severity: "medium",
    category: "Persistence",
    techniques: ["T1053"],
    detection: "microsoftDefenderForEndpoint",
    weight: 1,
    for: "server",
  },
];

/** Defender on people's computers and on servers: rows of processes, log-ons and connections as they are streamed, and an alert now and then (one in about 40 machines a day). */
export class DefenderLife implements LifeSource {
  readonly name = "defender";
  readonly #world: World;
  constructor(world: World) {
    this.#world = world;
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    const { people, servers, draw: root } = this.#world;
    for (const person of people) {
      if (day < person.joins || day > person.leaves) continue;
      const device = machinesOf(this.#world, person).find((d) => d.os.family === "windows" || d.os.family === "macos");
      if (device === undefined) continue;
      const draw = root.fork(`defender/${person.id}/${from}`);
      const share = shareOfWork(this.#world, person, from, to, day);
      if (share < 0.01) continue;
      for (const time of moments(draw, from, to, 12, share)) this.#process(device, person, time, draw, out);
      for (const time of moments(draw, from, to, 10, share)) this.#connection(device, person, day, time, draw, out);
      for (const time of moments(draw, from, to, 3, share)) this.#logon(device, person, time, draw, out);
      for (const time of moments(draw, from, to, person.admin ? 0.09 : 0.022, share))
        this.#alert(device, person, day, time, person.admin ? ["anybody", "it"] : ["anybody"], draw, out);
    }
    for (const server of servers) {
      if (server.os.family !== "windows") continue;
      const draw = root.fork(`defender/${server.id}/${from}`);
      if (draw.chance(0.015 / 24)) this.#alert(server, undefined, day, Math.floor(draw.between(from, to)), ["server"], draw, out);
    }
    this.#test(from, to, day, out);
  }

  #process(device: Device, person: Person, time: number, draw: Draw, out: LifeOutput): void {
    const p = draw.pick(programsOf(person.department));
    const name = p.image.split("\\").at(-1) ?? "";
    out.emit(
      huntingRow(this.#world, time, "DeviceProcessEvents", {
        ActionType: "ProcessCreated",
        ...deviceColumns(this.#world, device),
        FileName: name,
        FolderPath: p.image,
        SHA256: this.#world.draw.fork(`sha/${name}`).hex(64),
        ProcessId: draw.int(1_000, 40_000),
        ProcessCommandLine: p.command,
        ProcessCreationTime: new Date(time).toISOString(),
        AccountDomain: this.#world.organisation.netbios.toLowerCase(),
        AccountName: person.account,
        AccountSid: person.sid,
        AccountUpn: person.upn,
        AccountObjectId: person.objectId,
        InitiatingProcessFileName: p.parent.split("\\").at(-1),
        InitiatingProcessFolderPath: p.parent.toLowerCase(),
        InitiatingProcessAccountName: person.account,
        ReportId: draw.int(1, 400_000),
      }),
    );
  }

  #connection(device: Device, person: Person, day: number, time: number, draw: Draw, out: LifeOutput): void {
    const partner = draw.pick(this.#world.saas);
    out.emit(
      huntingRow(this.#world, time, "DeviceNetworkEvents", {
        ActionType: draw.chance(0.96) ? "ConnectionSuccess" : "ConnectionFailed",
        ...deviceColumns(this.#world, device),
        RemoteIP: draw.pick(partner.ips),
        RemotePort: 443,
        RemoteUrl: `${draw.pick(["app", "api", "www"])}.${partner.domain}`,
        LocalIP: addressOf(device, day),
        LocalPort: draw.int(49_152, 65_535),
        Protocol: "Tcp",
        RemoteIPType: "Public",
        LocalIPType: "Private",
        InitiatingProcessFileName: draw.pick(["msedge.exe", "chrome.exe", "ms-teams.exe", "outlook.exe"]),
        InitiatingProcessAccountName: person.account,
        InitiatingProcessAccountUpn: person.upn,
        ReportId: draw.int(1, 400_000),
      }),
    );
  }

  #logon(device: Device, person: Person, time: number, draw: Draw, out: LifeOutput): void {
    out.emit(
      huntingRow(this.#world, time, "DeviceLogonEvents", {
        ActionType: draw.chance(0.97) ? "LogonSuccess" : "LogonFailed",
        ...deviceColumns(this.#world, device),
        LogonType: draw.pick(["Interactive", "Unlock", "CachedInteractive"]),
        AccountDomain: this.#world.organisation.netbios.toLowerCase(),
        AccountName: person.account,
        AccountSid: person.sid,
        IsLocalAdmin: person.admin,
        Protocol: "Negotiate",
        ReportId: draw.int(1, 400_000),
      }),
    );
  }

  #alert(device: Device, person: Person | undefined, day: number, time: number, kinds: readonly Noise["for"][], draw: Draw, out: LifeOutput): void {
    const fitting = NOISE.filter((n) => kinds.includes(n.for));
    const noise = draw.weighted(fitting, (n) => n.weight);
    const p = noise.for === "it" ? draw.pick(programsOf("IT").slice(9)) : undefined;
    for (const item of defenderAlert(this.#world, draw, {
      ...noise,
      time,
      device,
      ip: addressOf(device, day),
      person,
      ...(p === undefined ? {} : { process: { image: p.image, command: p.command } }),
      ...(noise.detection === "antivirus" ? { file: { name: `${draw.token(8).toLowerCase()}.exe`, folder: "C:\\Users\\Public\\Downloads" } } : {}),
    }))
      out.emit(item);
  }

  /** The announced test: the hired company's tools set off alerts on the jump host. */
  #test(from: number, to: number, day: number, out: LifeOutput): void {
    for (const event of this.#world.events) {
      if (event.kind !== "penetration-test" || event.start >= to || event.end <= from) continue;
      const draw = this.#world.draw.fork(`pentest/${event.id}/${from}`);
      const device = this.#world.servers.find((s) => event.devices.includes(s.id) && s.os.family === "windows");
      const hour = this.#world.calendar.hourOf(from);
      if (device === undefined || hour < 9 || hour > 18 || !draw.chance(0.35)) continue;
      for (const item of defenderAlert(this.#world, draw, {
        time: Math.floor(draw.between(from, to)),
        title: draw.pick(["Suspicious LDAP query", "Possible lateral movement", "Network scanning tool detected"]),
        severity: "medium",
        category: "Discovery",
        techniques: ["T1046"],
        detection: "microsoftDefenderForEndpoint",
        device,
        ip: addressOf(device, day),
        person: undefined,
      }))
        out.emit(item);
    }
  }
}
