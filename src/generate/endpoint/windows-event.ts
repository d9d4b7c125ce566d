import type { Emitted } from "../emitted.ts";
import type { Draw } from "../world/draw.ts";
import type { Device, Person, World } from "../world/types.ts";

export const SECURITY_FILE = "windows/Security.ndjson";

type Fields = Readonly<Record<string, string | number>>;

const TASKS: Readonly<Record<number, number>> = {
  4624: 12_544,
  4625: 12_544,
  4634: 12_545,
  4648: 12_544,
  4672: 12_548,
  4688: 13_312,
  4697: 12_289,
  4698: 12_804,
  4720: 13_824,
  4728: 13_826,
  4740: 13_824,
  4768: 14_339,
  4769: 14_337,
  4771: 14_339,
  4776: 14_336,
  5140: 12_808,
  5145: 12_811,
};

/** One event of the Security log as log shippers write it: flat JSON with the event's own data beside the system's (Microsoft, "Advanced security audit policy"). */
export function windowsEvent(world: World, draw: Draw, time: number, device: Device, id: number, fields: Fields): Emitted {
  const failure = id === 4625 || id === 4771 || (id === 4776 && fields.Status !== "0x0");
  const record = {
    "@timestamp": new Date(time).toISOString(),
    TimeCreated: new Date(time).toISOString(),
    EventID: id,
    Channel: "Security",
    SourceName: "Microsoft-Windows-Security-Auditing",
    ProviderGuid: "{54849625-5478-4994-A5BA-3E3B0328C30D}",
    Hostname: `${device.hostname}.${world.organisation.adDomain}`.toLowerCase(),
    Keywords: failure ? "0x8010000000000000" : "0x8020000000000000",
    EventType: failure ? "AUDIT_FAILURE" : "AUDIT_SUCCESS",
    Level: "0",
    Task: TASKS[id] ?? 0,
    ProcessID: 4,
    ThreadID: draw.int(100, 9_000),
    RecordNumber: Math.floor(time / 7) % 2_000_000_000,
    ...fields,
  };
  return { time, file: SECURITY_FILE, line: JSON.stringify(record) };
}

export interface Account {
  name: string;
  sid: string;
}

export function accountOf(person: Person, admin = false): Account {
  return admin && person.adminAccount !== undefined ? { name: person.adminAccount, sid: `${person.sid}9` } : { name: person.account, sid: person.sid };
}

/** Log-on types: 2 at the keyboard, 3 over the network, 4 batch, 5 service, 7 unlock, 10 remote desktop, 11 cached. */
export type LogonType = 2 | 3 | 4 | 5 | 7 | 10 | 11;

const PACKAGES: Readonly<Record<number, string>> = { 2: "Negotiate", 7: "Negotiate", 11: "Negotiate", 10: "Negotiate", 5: "Negotiate", 4: "Negotiate" };

/** Somebody came in to a machine, or tried to. */
export function logon(
  world: World,
  draw: Draw,
  time: number,
  device: Device,
  account: Account,
  type: LogonType,
  from: { ip: string; workstation: string } | undefined,
  options: { ntlm?: boolean; failed?: boolean } = {},
): Emitted {
  const pack = type === 3 ? (options.ntlm === true ? "NTLM" : "Kerberos") : (PACKAGES[type] ?? "Negotiate");
  return windowsEvent(world, draw, time, device, options.failed === true ? 4625 : 4624, {
    SubjectUserSid: type === 3 ? "S-1-0-0" : "S-1-5-18",
    SubjectUserName: type === 3 ? "-" : `${device.hostname.toUpperCase()}$`,
    SubjectDomainName: type === 3 ? "-" : world.organisation.netbios,
    SubjectLogonId: type === 3 ? "0x0" : "0x3e7",
    TargetUserSid: options.failed === true ? "S-1-0-0" : account.sid,
    TargetUserName: account.name,
    TargetDomainName: world.organisation.netbios,
    TargetLogonId: `0x${draw.hex(7)}`,
    LogonType: type,
    LogonProcessName: type === 3 ? (pack === "NTLM" ? "NtLmSsp " : "Kerberos") : "User32 ",
    AuthenticationPackageName: pack,
    WorkstationName: from?.workstation ?? device.hostname.toUpperCase(),
    IpAddress: from?.ip ?? (type === 2 || type === 7 ? "127.0.0.1" : "-"),
    IpPort: from === undefined ? "0" : String(draw.int(49_152, 65_535)),
    LmPackageName: pack === "NTLM" ? "NTLM V2" : "-",
    KeyLength: pack === "NTLM" ? 128 : 0,
    ...(options.failed === true
      ? { Status: "0xc000006d", SubStatus: "0xc000006a", FailureReason: "%%2313" }
      : { ElevatedToken: "%%1843", ImpersonationLevel: "%%1833" }),
  });
}

export function processCreated(
  world: World,
  draw: Draw,
  time: number,
  device: Device,
  account: Account,
  image: string,
  command: string,
  parent: string,
): Emitted {
  return windowsEvent(world, draw, time, device, 4688, {
    SubjectUserSid: account.sid,
    SubjectUserName: account.name,
    SubjectDomainName: world.organisation.netbios,
    SubjectLogonId: `0x${draw.hex(6)}`,
    NewProcessId: `0x${draw.hex(4)}`,
    NewProcessName: image,
    TokenElevationType: "%%1938",
    ProcessId: `0x${draw.hex(4)}`,
    CommandLine: command,
    ParentProcessName: parent,
    MandatoryLabel: "S-1-16-8192",
  });
}

/** What the directory hands out: 4768 for a log-in, 4769 for a service. */
export function ticketEvent(world: World, draw: Draw, time: number, controller: Device, account: Account, ip: string, service: string | undefined): Emitted {
  return windowsEvent(world, draw, time, controller, service === undefined ? 4768 : 4769, {
    TargetUserName: service === undefined ? account.name : `${account.name}@${world.organisation.adDomain.toUpperCase()}`,
    TargetDomainName: service === undefined ? world.organisation.netbios : world.organisation.adDomain.toUpperCase(),
    ServiceName: service ?? "krbtgt",
    TicketOptions: "0x40810010",
    TicketEncryptionType: "0x12",
    Status: "0x0",
    IpAddress: `::ffff:${ip}`,
    IpPort: String(draw.int(49_152, 65_535)),
    ...(service === undefined ? { PreAuthType: "2", TargetSid: account.sid } : { LogonGuid: `{${draw.uuid()}}` }),
  });
}
