import { MINUTE, SECOND } from "../../../base/time.ts";
import { defenderAlert } from "../../endpoint/defender.ts";
import { logon, windowsEvent } from "../../endpoint/windows-event.ts";
import { worldOf } from "../people.ts";
import { authenticate } from "../sessions.ts";
import type { StepKind } from "../types.ts";
import { made, windowsMachine } from "./host-traces.ts";
import { tell, wireOf } from "./tell.ts";

const SHARES = ["file-server", "database", "print-server", "jump-host", "backup", "intranet", "web"];

/** An account that nobody knew logs in to a server inside; with a world the account is made first, and both machines note it. */
export const newAccount: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "new-account");
  const { net } = stage.setting;
  const servers = net.hosts.filter((h) => h.ip !== stage.foothold.ip && h.roles.some((r) => SHARES.includes(r)));
  const to = draw.pick(
    servers.filter((s) => s.windows).length > 0
      ? servers.filter((s) => s.windows)
      : servers.length > 0
        ? servers
        : net.hosts.filter((h) => h.ip !== stage.foothold.ip),
  );
  const name =
    values.text("account") === "random" ? draw.token(8).toLowerCase() : draw.pick(["support2", "svc_update", "helpdesk1", "admin.backup", "sqladmin"]);
  const start = stage.now;
  const before = made(stage);
  const found = windowsMachine(stage, to);
  if (found !== undefined) {
    const account = { name, sid: `${found.world.organisation.sid}-${draw.int(7_000, 7_999)}` };
    const owner = stage.person?.adminAccount ?? stage.account;
    stage.out.emitted.push(
      windowsEvent(found.world, draw, start, found.device, 4720, {
        TargetUserName: name,
        TargetDomainName: found.device.hostname.toUpperCase(),
        TargetSid: account.sid,
        SubjectUserName: owner,
        SubjectDomainName: net.netbios,
        SamAccountName: name,
        UserAccountControl: "%%2080",
      }),
      logon(
        found.world,
        draw,
        start + 4_000,
        found.device,
        account,
        3,
        { ip: stage.foothold.ip, workstation: stage.foothold.hostname.toUpperCase() },
        { ntlm: true },
      ),
    );
  }
  for (let i = 0; i < 3; i++) {
    const link = wire.flow({
      time: start + 4_000 + i * 30 * SECOND,
      src: stage.foothold.ip,
      dst: to.ip,
      port: 445,
      service: "ntlm,gssapi,smb",
      seconds: draw.between(1, 20),
      out: draw.int(2_000, 9_000),
      in: draw.int(2_000, 40_000),
    });
    authenticate(
      {
        wire,
        draw,
        time: link.time,
        from: stage.foothold,
        to,
        account: name,
        netbios: net.netbios,
        domain: net.domain,
        auth: "ntlm",
        controller: undefined,
        success: true,
      },
      link,
    );
  }
  stage.account = name;
  stage.taken.push(to);
  stage.now = start + 3 * MINUTE;
  tell(stage, "new-account", values, {
    start,
    end: stage.now,
    entity: stage.foothold.ip,
    peer: to.ip,
    host: to.hostname,
    port: 445,
    what: `account "${name}" never seen before logs in to ${to.hostname}`,
    records: made(stage) - before,
  });
};

/** HTTP from the foothold to a server inside, with a client that this machine never used. */
export const newAgent: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "new-agent");
  const { net } = stage.setting;
  const servers = net.hosts.filter((h) => h.ip !== stage.foothold.ip && h.roles.some((r) => SHARES.includes(r)));
  const to =
    stage.taken.at(-1) !== stage.foothold && stage.taken.length > 1
      ? (stage.taken.at(-1) ?? stage.foothold)
      : draw.pick(servers.length > 0 ? servers : net.hosts.filter((h) => h.ip !== stage.foothold.ip));
  const agent = draw.pick([
    "python-requests/2.31.0",
    "curl/8.4.0",
    "Go-http-client/1.1",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; de-DE) WindowsPowerShell/5.1.17763.592",
    "Nim httpclient/1.6.6",
    "WinHTTP loader/1.0",
  ]);
  const port = Math.round(values.number("port"));
  const start = stage.now;
  const before = made(stage);
  for (let i = 0; i < Math.round(values.number("requests")); i++) {
    wire.http(
      { time: stage.now, src: stage.foothold.ip, dst: to.ip, port, seconds: draw.between(0.02, 2) },
      {
        method: i % 4 === 3 ? "POST" : "GET",
        host: to.ip,
        uri: `/${draw.token(6).toLowerCase()}`,
        agent,
        body: i % 4 === 3 ? draw.int(100, 4_000) : 0,
        answer: draw.int(0, 30_000),
        mime: "text/plain",
      },
    );
    stage.now += draw.lognormal(8, 1) * SECOND;
  }
  tell(stage, "new-agent", values, {
    start,
    end: stage.now,
    entity: stage.foothold.ip,
    peer: to.ip,
    host: to.hostname,
    port,
    what: `requests to ${to.hostname}:${port} as "${agent}"`,
    records: made(stage) - before,
  });
};

const FINDINGS = [
  { title: "Suspicious remote activity", category: "LateralMovement", techniques: ["T1021"] },
  { title: "Mimikatz credential theft tool", category: "CredentialAccess", techniques: ["T1003.001"] },
  { title: "Suspicious PowerShell download or encoded command execution", category: "Execution", techniques: ["T1059.001"] },
  { title: "Possible lateral movement", category: "LateralMovement", techniques: ["T1570"] },
  { title: "Suspicious process injection observed", category: "DefenseEvasion", techniques: ["T1055"] },
] as const;

/** Defender reports the foothold or the last machine taken: an activity group that it knows by a number, and what it did. */
export const defenderFinding: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw } = wireOf(stage, "defender");
  const host = values.text("on") === "foothold" ? stage.foothold : (stage.taken.at(-1) ?? stage.foothold);
  const found = windowsMachine(stage, host) ?? windowsMachine(stage, stage.foothold);
  const start = stage.now;
  const before = made(stage);
  const device = found?.device ?? world.clients.find((d) => d.hostname === stage.foothold.hostname) ?? world.servers[0];
  if (device === undefined) return;
  const ip = found === undefined ? stage.foothold.ip : host.ip;
  const group = `DEV-${String(draw.int(100, 1_400)).padStart(4, "0")}`;
  const person = world.people.find((p) => p.id === device.owner);
  const list = [
    { title: `${group} activity group`, category: "SuspiciousActivity", techniques: [] as readonly string[], actor: group },
    ...draw.some(FINDINGS, Math.round(values.number("alerts")) - 1).map((f) => ({ ...f, actor: undefined })),
  ].slice(0, Math.round(values.number("alerts")));
  for (const one of list) {
    const { actor, ...finding } = one;
    stage.out.emitted.push(
      ...defenderAlert(world, draw, {
        ...finding,
        time: Math.floor(stage.now),
        severity: actor === undefined ? "medium" : "high",
        detection: "microsoftDefenderForEndpoint",
        device,
        ip,
        person,
        process: { image: "C:\\ProgramData\\svc.exe", command: `C:\\ProgramData\\svc.exe -k ${draw.token(5).toLowerCase()}` },
        ...(actor === undefined ? {} : { actor }),
      }),
    );
    stage.now += draw.between(20, 240) * SECOND;
  }
  tell(stage, "defender-alert", values, {
    start,
    end: stage.now,
    entity: ip,
    host: device.hostname,
    what: `${list.length} alerts of Defender on ${device.hostname}: ${list.map((l) => l.title).join("; ")}`,
    records: made(stage) - before,
  });
};
