import { HOUR, MINUTE } from "../../base/time.ts";
import type { Draw } from "../world/draw.ts";
import type { Device, Person } from "../world/types.ts";
import type { Directory } from "./directory.ts";
import type { Scene, Sitting } from "./scene.ts";
import type { Wire } from "./wire.ts";

const ENDINGS = ["xlsx", "xlsx", "docx", "docx", "pdf", "pdf", "pptx", "txt", "csv", "jpg", "dwg", "zip", "msg"];
const STEMS = [
  "Report",
  "Budget",
  "Offer",
  "Protocol",
  "Plan",
  "List",
  "Contract",
  "Minutes",
  "Drawing",
  "Order",
  "Forecast",
  "Invoice",
  "Notes",
  "Draft",
  "Spec",
];

/** One file of a department's share: the same number is the same file. */
export function fileOf(department: string, number: number): string {
  const stem = STEMS[number % STEMS.length] ?? "File";
  const year = 2_015 + ((number * 7) % 11);
  return `${department}\\${2_015 + ((number * 7) % 11)}\\${stem} ${String(number % 400).padStart(3, "0")} ${year}.${ENDINGS[(number * 5) % ENDINGS.length] ?? "txt"}`;
}

/** Files of the house on its servers: opened and saved through the day, by department and by person's own folder. */
export class Shares {
  readonly #scene: Scene;
  readonly #directory: Directory;

  constructor(scene: Scene, directory: Directory) {
    this.#scene = scene;
    this.#directory = directory;
  }

  /** Sessions that begin in [from, to): about one an hour for the median person, each with some files. */
  play(wire: Wire, sitting: Sitting, from: number, to: number): void {
    const { draw } = wire;
    const begin = Math.max(from, sitting.awake);
    const end = Math.min(to, sitting.asleep);
    if (begin >= end || sitting.device.os.family === "linux" || sitting.device.role === "phone") return;
    const count = draw.poisson((0.9 * sitting.person.activity.files * (end - begin)) / HOUR);
    for (let i = 0; i < count; i++) this.#session(wire, sitting, draw.between(begin, end));
    if (draw.chance((0.22 * (end - begin)) / HOUR)) this.#print(wire, sitting, draw.between(begin, end));
  }

  #session(wire: Wire, sitting: Sitting, time: number): void {
    const { draw } = wire;
    const { person, device, src } = sitting;
    const servers = this.#scene.servers("file-server");
    const server = draw.chance(0.85) ? servers[0] : servers[servers.length - 1];
    if (server === undefined) return;
    const own = draw.chance(0.25);
    const share = own ? "Users$" : draw.chance(0.9) ? "Departments" : "Public";
    const files = 1 + Math.floor(draw.exponential(5 * person.activity.files));
    const steps = Array.from({ length: files }, () => this.#file(draw, person, own));
    const read = steps.reduce((sum, s) => sum + (s.write ? 0 : s.size), 0);
    const written = steps.reduce((sum, s) => sum + (s.write ? s.size : 0), 0);
    // Windows closes a session that is idle for a quarter of an hour.
    const active = files * draw.lognormal(25, 0.9);
    const link = this.#directory.session(
      wire,
      time,
      src,
      device,
      person.account,
      server,
      share,
      active + draw.between(10, 16) * 60,
      written + files * 1_400,
      read + files * 1_700,
      draw.chance(0.03),
    );
    const path = `\\\\${server.hostname.toLowerCase()}.${this.#scene.world.organisation.adDomain}\\${share}`;
    let at = 0.2;
    for (const step of steps) {
      const times = {
        "times.modified": time / 1_000 - draw.exponential(9e6),
        "times.accessed": time / 1_000 - 10,
        "times.created": time / 1_000 - 1e7,
        "times.changed": time / 1_000 - 9e6,
      };
      wire.on("smb_files", link, at, { action: "SMB::FILE_OPEN", path, name: step.name, size: step.size, ...times });
      if (step.write) wire.on("smb_files", link, at + 0.05, { action: "SMB::FILE_WRITE", path, name: step.name, size: step.size, ...times });
      if (draw.chance(0.02))
        wire.on("smb_files", link, at + 0.6, {
          action: draw.chance(0.5) ? "SMB::FILE_DELETE" : "SMB::FILE_RENAME",
          path,
          name: step.name,
          size: step.size,
          prev_name: undefined,
          ...times,
        });
      at += Math.min(active / files, 1) + draw.exponential(active / files);
    }
  }

  #file(draw: Draw, person: Person, own: boolean): { name: string; size: number; write: boolean } {
    // One's own work of these weeks mostly, the whole drawer seldom.
    const number = draw.chance(0.7) ? Math.floor(draw.exponential(12)) : draw.int(0, 900);
    const name = own
      ? fileOf(person.account, number)
      : fileOf(draw.chance(0.93) ? person.department : draw.pick(["Management", "Operations", "Marketing"]), number);
    return { name, size: Math.round(Math.min(4e8, draw.lognormal(90_000, 1.7))), write: draw.chance(0.3) };
  }

  /** A job through the print server, which passes it on to a printer of the site. */
  #print(wire: Wire, sitting: Sitting, time: number): void {
    const { draw } = wire;
    const server = this.#scene.server("print-server");
    const printers = this.#scene.world.things.filter((t) => t.role === "printer" && t.site === sitting.person.site);
    const printer: Device | undefined = printers[0] === undefined ? undefined : draw.weighted(printers, (p) => (p === printers[0] ? 4 : 1));
    const size = Math.round(draw.lognormal(380_000, 1.3));
    const { adDomain } = this.#scene.world.organisation;
    const link = this.#directory.session(wire, time, sitting.src, sitting.device, sitting.person.account, server, "IPC$", draw.between(12, 90), size, 4_000);
    for (const [i, operation] of ["RpcOpenPrinterEx", "RpcStartDocPrinter", "RpcWritePrinter", "RpcEndDocPrinter", "RpcClosePrinter"].entries())
      wire.on("dce_rpc", link, 0.05 + i * 0.04, { rtt: draw.between(0.000_3, 0.01), named_pipe: "\\pipe\\spoolss", endpoint: "spoolss", operation });
    wire.on("smb_files", link, 0.04, { action: "SMB::FILE_OPEN", path: `\\\\${server.hostname.toLowerCase()}.${adDomain}\\IPC$`, name: "spoolss", size: 0 });
    if (printer !== undefined)
      wire.flow({
        time: time + draw.between(1, 8) * 1_000,
        src: server.ip,
        dst: printer.ip,
        port: 9_100,
        seconds: draw.lognormal(6, 0.7),
        out: size * draw.between(0.9, 1.6),
        in: draw.int(0, 900),
        srcPort: draw.int(49_152, 65_535),
      });
    if (draw.chance(0.1) && printer !== undefined)
      wire.flow({ time: time + 2 * MINUTE, src: sitting.src, dst: printer.ip, port: 80, service: "http", seconds: draw.between(0.1, 3), out: 600, in: 9_000 });
  }
}
