import { HOUR, MINUTE, SECOND } from "../../base/time.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import { machinesOf, moments, shareOfWork } from "../saas/standpoint.ts";
import { addressOf } from "../world/addressing.ts";
import type { Draw } from "../world/draw.ts";
import type { Device, Person, World } from "../world/types.ts";
import { backgroundPrograms, programsOf } from "./programs.ts";
import { type Account, accountOf, logon, processCreated, ticketEvent, windowsEvent } from "./windows-event.ts";

/** The Security logs of Windows machines: log-ons at the keyboard and over the network, tickets, programs, services' accounts, administrators' sessions, mistyped passwords. */
export class WindowsLife implements LifeSource {
  readonly name = "windows";
  readonly #world: World;
  readonly #controllers: readonly Device[];
  readonly #servers: readonly Device[];
  constructor(world: World) {
    this.#world = world;
    this.#controllers = world.servers.filter((s) => s.role === "domain-controller");
    this.#servers = world.servers.filter((s) => s.os.family === "windows" && s.role !== "domain-controller");
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    const { people, calendar, draw: root, events } = this.#world;
    for (const person of people) {
      if (day < person.joins || day > person.leaves) continue;
      const device = machinesOf(this.#world, person).find((d) => d.os.family === "windows");
      const plan = calendar.personDay(person, day);
      if (device === undefined || plan.start === undefined) continue;
      const draw = root.fork(`windows/${person.id}/${from}`);
      const share = shareOfWork(this.#world, person, from, to, day);
      if (share < 0.01) continue;
      const account = accountOf(person);
      const ip = plan.state === "office" ? addressOf(device, day) : (device.vpnIp ?? addressOf(device, day));
      if (plan.start >= from && plan.start < to) this.#morning(device, account, plan.start, ip, plan.state === "office", draw, out);
      for (const time of moments(draw, from, to, 4, share)) out.emit(logon(this.#world, draw, time, device, account, 7, undefined));
      for (const time of moments(draw, from, to, 18, share)) this.#network(account, device, ip, time, draw, out);
      const programs = programsOf(person.department);
      for (const time of moments(draw, from, to, 22, share)) {
        const p = draw.weighted(programs, (x) => 1 / (1 + programs.indexOf(x)));
        out.emit(processCreated(this.#world, draw, time, device, account, p.image, p.command, p.parent));
      }
      if (person.admin) for (const time of moments(draw, from, to, 2.5, share)) this.#administers(person, device, ip, time, draw, out);
    }
    this.#machines(from, to, day, out);
    for (const event of events)
      if (event.kind === "software-rollout" && event.start < to && event.end > from) this.#rollout(event.devices, event.start, event.end, from, to, out);
  }

  #morning(device: Device, account: Account, start: number, ip: string, office: boolean, draw: Draw, out: LifeOutput): void {
    let at = start + draw.between(10, 200) * SECOND;
    const wrong = draw.chance(0.06) ? draw.int(1, 3) : 0;
    for (let i = 0; i < wrong; i++, at += draw.between(4, 15) * SECOND) {
      out.emit(logon(this.#world, draw, Math.floor(at), device, account, 2, undefined, { failed: true }));
      const controller = this.#controllers[0];
      if (office && controller !== undefined)
        out.emit(
          windowsEvent(this.#world, draw, Math.floor(at), controller, 4771, {
            TargetUserName: account.name,
            TargetSid: account.sid,
            ServiceName: "krbtgt",
            Status: "0x18",
            PreAuthType: "2",
            IpAddress: `::ffff:${ip}`,
            IpPort: String(draw.int(49_152, 65_535)),
          }),
        );
    }
    out.emit(logon(this.#world, draw, Math.floor(at), device, account, office ? 2 : 11, undefined));
    const controller = draw.pick(this.#controllers);
    if (controller === undefined) return;
    out.emit(ticketEvent(this.#world, draw, Math.floor(at) + 80, controller, account, ip, undefined));
    for (const name of [device.hostname, controller.hostname])
      out.emit(ticketEvent(this.#world, draw, Math.floor(at) + 300, controller, account, ip, `${name.toUpperCase()}$`));
  }

  /** A share or a service used: the server notes the log-on, the controller the ticket; one in twenty-five still by NTLM. */
  #network(account: Account, device: Device, ip: string, time: number, draw: Draw, out: LifeOutput): void {
    if (this.#servers.length === 0) return;
    const server = draw.weighted(this.#servers, (s) => (s.role === "file-server" ? 8 : s.role === "print-server" ? 3 : 1));
    const ntlm = draw.chance(0.04);
    out.emit(logon(this.#world, draw, time, server, account, 3, { ip, workstation: device.hostname.toUpperCase() }, { ntlm, failed: draw.chance(0.006) }));
    const controller = draw.pick(this.#controllers);
    if (!ntlm && draw.chance(0.5)) out.emit(ticketEvent(this.#world, draw, time - 40, controller, account, ip, `${server.hostname}$`));
    if (ntlm)
      out.emit(
        windowsEvent(this.#world, draw, time, controller, 4776, {
          PackageName: "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0",
          TargetUserName: account.name,
          Workstation: device.hostname.toUpperCase(),
          Status: "0x0",
        }),
      );
    if (server.role === "file-server")
      out.emit(
        windowsEvent(this.#world, draw, time + 60, server, 5140, {
          SubjectUserSid: account.sid,
          SubjectUserName: account.name,
          SubjectDomainName: this.#world.organisation.netbios,
          ObjectType: "File",
          IpAddress: ip,
          IpPort: String(draw.int(49_152, 65_535)),
          ShareName: `\\\\*\\${draw.pick(["Data", "Projects", "Home$", "Public"])}`,
          AccessMask: "0x1",
        }),
      );
  }

  #administers(person: Person, device: Device, ip: string, time: number, draw: Draw, out: LifeOutput): void {
    const admin = accountOf(person, true);
    const server = draw.pick([...this.#servers, ...this.#controllers]);
    out.emit(
      windowsEvent(this.#world, draw, time - 900, device, 4648, {
        SubjectUserSid: person.sid,
        SubjectUserName: person.account,
        SubjectDomainName: this.#world.organisation.netbios,
        TargetUserName: admin.name,
        TargetDomainName: this.#world.organisation.netbios,
        TargetServerName: server.hostname,
        ProcessName: "C:\\Windows\\System32\\mstsc.exe",
        IpAddress: "-",
        IpPort: "-",
      }),
    );
    out.emit(logon(this.#world, draw, time, server, admin, draw.chance(0.6) ? 10 : 3, { ip, workstation: device.hostname.toUpperCase() }));
    out.emit(
      windowsEvent(this.#world, draw, time + 10, server, 4672, {
        SubjectUserSid: admin.sid,
        SubjectUserName: admin.name,
        SubjectDomainName: this.#world.organisation.netbios,
        PrivilegeList: "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\tSeDebugPrivilege",
      }),
    );
    for (let i = draw.int(0, 5), at = time; i > 0; i--) {
      at += draw.lognormal(40, 1) * SECOND;
      const p = draw.pick(programsOf("IT").slice(9));
      out.emit(processCreated(this.#world, draw, Math.floor(at), server, admin, p.image, p.command, p.parent));
    }
  }

  /** Without anybody: services and tasks, machine accounts, the backup's round at night, the scanner's failed log-ins on its night. */
  #machines(from: number, to: number, day: number, out: LifeOutput): void {
    const { draw: root, organisation, calendar, servers } = this.#world;
    const backup = servers.find((s) => s.role === "backup");
    const scanner = servers.find((s) => s.role === "scanner");
    const hour = calendar.hourOf(from);
    for (const device of [...this.#servers, ...this.#controllers]) {
      const draw = root.fork(`windows/${device.id}/${from}`);
      const system: Account = { name: `${device.hostname.toUpperCase()}$`, sid: "S-1-5-18" };
      for (let i = draw.poisson(3); i > 0; i--)
        out.emit(logon(this.#world, draw, Math.floor(draw.between(from, to)), device, { name: "SYSTEM", sid: "S-1-5-18" }, 5, undefined));
      for (let i = draw.poisson(5); i > 0; i--) {
        const p = draw.pick(backgroundPrograms(device));
        out.emit(processCreated(this.#world, draw, Math.floor(draw.between(from, to)), device, system, p.image, p.command, p.parent));
      }
      const service: Account = { name: `svc-${device.role.replaceAll("-", "")}`.slice(0, 20), sid: `${organisation.sid}-${900 + device.hostname.length}` };
      for (let i = draw.poisson(1.2); i > 0; i--)
        out.emit(logon(this.#world, draw, Math.floor(draw.between(from, to)), device, service, draw.pick([4, 5] as const), undefined));
      if (backup !== undefined && device !== backup && hour >= 1 && hour < 2)
        out.emit(
          logon(this.#world, draw, Math.floor(draw.between(from, to)), device, { name: "svc-backup", sid: `${organisation.sid}-999` }, 3, {
            ip: backup.ip,
            workstation: backup.hostname.toUpperCase(),
          }),
        );
      if (scanner !== undefined && calendar.weekday(day) === 5 && hour >= 2 && hour < 3) {
        for (let i = draw.int(2, 6); i > 0; i--)
          out.emit(
            logon(
              this.#world,
              draw,
              Math.floor(draw.between(from, from + HOUR / 2)),
              device,
              { name: draw.pick(["administrator", "guest", "scan"]), sid: "S-1-0-0" },
              3,
              { ip: scanner.ip, workstation: scanner.hostname.toUpperCase() },
              { ntlm: true, failed: true },
            ),
          );
      }
    }
  }

  #rollout(devices: readonly string[], start: number, end: number, from: number, to: number, out: LifeOutput): void {
    for (const device of this.#world.clients) {
      if (device.os.family !== "windows" || !devices.includes(device.id)) continue;
      const draw = this.#world.draw.fork(`rollout/${device.id}/${start}`);
      const at = draw.between(start, end);
      if (at < from || at >= to) continue;
      const system: Account = { name: `${device.hostname.toUpperCase()}$`, sid: "S-1-5-18" };
      out.emit(
        processCreated(
          this.#world,
          draw,
          Math.floor(at),
          device,
          system,
          "C:\\Windows\\System32\\msiexec.exe",
          "msiexec.exe /i package.msi /qn",
          "C:\\Windows\\CCM\\CcmExec.exe",
        ),
      );
      out.emit(
        windowsEvent(this.#world, draw, Math.floor(at + MINUTE), device, 4697, {
          SubjectUserSid: "S-1-5-18",
          SubjectUserName: system.name,
          SubjectDomainName: this.#world.organisation.netbios,
          SubjectLogonId: "0x3e7",
          ServiceName: "UpdateAgent",
          ServiceFileName: "C:\\Program Files\\UpdateAgent\\agent.exe",
          ServiceType: "0x10",
          ServiceStartType: "2",
          ServiceAccount: "LocalSystem",
        }),
      );
    }
  }
}
