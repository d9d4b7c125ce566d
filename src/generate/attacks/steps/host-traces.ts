import { accountOf, type LogonType, logon, processCreated, ticketEvent, windowsEvent } from "../../endpoint/windows-event.ts";
import type { Draw } from "../../world/draw.ts";
import type { Device, World } from "../../world/types.ts";
import type { Stage, TargetHost } from "../types.ts";

/** The machine of the world that stands behind a target; undefined over a capture, and for what is no Windows machine. */
export function windowsMachine(stage: Stage, host: TargetHost): { world: World; device: Device } | undefined {
  const { world } = stage.setting;
  const device = world?.clients.find((d) => d.hostname === host.hostname) ?? world?.servers.find((d) => d.hostname === host.hostname);
  return world === undefined || device === undefined || device.os.family !== "windows" ? undefined : { world, device };
}

export function accountNamed(world: World, name: string): { name: string; sid: string } {
  const person = world.people.find((p) => p.account === name || p.adminAccount === name);
  return person === undefined ? { name, sid: `${world.organisation.sid}-7001` } : accountOf(person, person.adminAccount === name);
}

/** What the taken machine and the domain controller write of a log-in over the network, and of what a tool then starts. Adds to the stage's lines. */
export function traceLogin(
  stage: Stage,
  draw: Draw,
  time: number,
  from: TargetHost,
  to: TargetHost,
  tool: string,
  ntlm: boolean,
  success: boolean,
  name: string,
): void {
  const found = windowsMachine(stage, to);
  if (found === undefined) return;
  const { world, device } = found;
  const out = stage.out.emitted;
  const account = accountNamed(world, stage.account);
  const type: LogonType = tool === "rdp" ? 10 : 3;
  const workstation = from.hostname.toUpperCase();
  out.push(logon(world, draw, Math.floor(time) + 90, device, account, type, { ip: from.ip, workstation }, { ntlm, failed: !success }));
  if (!success) return;
  const controller = world.servers.find((s) => s.role === "domain-controller");
  if (!ntlm && controller !== undefined) out.push(ticketEvent(world, draw, Math.floor(time), controller, account, from.ip, `${device.hostname}$`));
  out.push(
    windowsEvent(world, draw, Math.floor(time) + 95, device, 4672, {
      SubjectUserSid: account.sid,
      SubjectUserName: account.name,
      SubjectDomainName: world.organisation.netbios,
      PrivilegeList: "SeDebugPrivilege",
    }),
  );
  const system = { name: `${device.hostname.toUpperCase()}$`, sid: "S-1-5-18" };
  if (tool === "psexec" || tool === "smbexec") {
    const path = tool === "psexec" ? `%SystemRoot%\\${name}.exe` : `%COMSPEC% /Q /c echo whoami ^> \\\\127.0.0.1\\C$\\__output`;
    out.push(
      windowsEvent(world, draw, Math.floor(time) + 900, device, 4697, {
        SubjectUserSid: account.sid,
        SubjectUserName: account.name,
        SubjectDomainName: world.organisation.netbios,
        SubjectLogonId: `0x${draw.hex(6)}`,
        ServiceName: name,
        ServiceFileName: path,
        ServiceType: "0x10",
        ServiceStartType: "3",
        ServiceAccount: "LocalSystem",
      }),
    );
    out.push(
      processCreated(
        world,
        draw,
        Math.floor(time) + 1_200,
        device,
        system,
        `C:\\Windows\\${name}.exe`,
        `C:\\Windows\\${name}.exe`,
        "C:\\Windows\\System32\\services.exe",
      ),
    );
  } else if (tool === "atexec") {
    out.push(
      windowsEvent(world, draw, Math.floor(time) + 700, device, 4698, {
        SubjectUserSid: account.sid,
        SubjectUserName: account.name,
        SubjectDomainName: world.organisation.netbios,
        TaskName: `\\${name}`,
        TaskContent: "<Exec><Command>cmd.exe</Command><Arguments>/C whoami</Arguments></Exec>",
      }),
    );
  } else if (tool === "wmi" || tool === "dcom" || tool === "winrm") {
    const parent =
      tool === "wmi"
        ? "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe"
        : tool === "winrm"
          ? "C:\\Windows\\System32\\wsmprovhost.exe"
          : "C:\\Windows\\System32\\mmc.exe";
    out.push(processCreated(world, draw, Math.floor(time) + 800, device, account, "C:\\Windows\\System32\\cmd.exe", "cmd.exe /Q /c whoami /all", parent));
  }
}

/** Lines and records of the stage so far: what truth counts. */
export function made(stage: Stage): number {
  return stage.out.network.length + stage.out.emitted.length;
}
