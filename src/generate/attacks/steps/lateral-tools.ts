import type { Draw } from "../../world/draw.ts";
import { authenticate, type Login, rpc, smbSession } from "../sessions.ts";

/** How a tool takes the next machine: what it leaves on the wire and which technique that is. */
export interface LateralTool {
  technique: string;
  port: number;
  /** Whether the tool has a name to choose (service, task, program). */
  named: boolean;
  /** Whether it logs in by NTLM or Kerberos, as asked. */
  windowsLogin: boolean;
  run(login: Login, name: string): void;
}

const OPEN = ["OpenSCManagerW", "CreateServiceW", "StartServiceW", "ControlService", "DeleteService", "CloseServiceHandle"];
const GUESSABLE = ["chrome_update", "MicrosoftEdgeHelper", "OneDriveSync", "WinDefendUpdate", "PrintSpoolHelper"];

/** The name that a program, service or task goes by. */
export function nameFor(style: string, tool: string, draw: Draw): string {
  if (style === "default") return tool === "psexec" ? "PSEXESVC" : draw.token(8, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
  return style === "random" ? draw.token(draw.int(4, 12), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") : draw.pick(GUESSABLE);
}

export const LATERAL_TOOLS: Readonly<Record<string, LateralTool>> = {
  psexec: {
    technique: "T1021.002",
    port: 445,
    named: true,
    windowsLogin: true,
    run(login, name) {
      const link = smbSession(
        login,
        "ADMIN$",
        [{ action: "SMB::FILE_WRITE", name: `${name}.exe`, size: login.draw.int(60_000, 900_000) }],
        login.draw.between(4, 60),
      );
      rpc(login.wire, link, 0.6, "\\pipe\\svcctl", "svcctl", OPEN);
      if (name === "PSEXESVC")
        login.wire.on("smb_files", link, 1.2, { action: "SMB::FILE_OPEN", path: `\\\\${login.to.hostname}\\IPC$`, name: `${name}-stdin`, size: 0 });
    },
  },
  smbexec: {
    technique: "T1021.002",
    port: 445,
    named: false,
    windowsLogin: true,
    run(login) {
      const link = smbSession(login, "C$", [{ action: "SMB::FILE_OPEN", name: "__output", size: login.draw.int(40, 4_000) }], login.draw.between(2, 25));
      rpc(
        login.wire,
        link,
        0.4,
        "\\pipe\\svcctl",
        "svcctl",
        OPEN.filter((o) => o !== "ControlService"),
      );
    },
  },
  atexec: {
    technique: "T1053.005",
    port: 445,
    named: true,
    windowsLogin: true,
    run(login, name) {
      const link = smbSession(
        login,
        "ADMIN$",
        [{ action: "SMB::FILE_OPEN", name: `Temp\\${name}.tmp`, size: login.draw.int(20, 3_000) }],
        login.draw.between(2, 20),
      );
      rpc(login.wire, link, 0.3, "\\pipe\\atsvc", "atsvc", ["SchRpcRegisterTask", "SchRpcRun", "SchRpcGetLastRunInfo", "SchRpcDelete"]);
    },
  },
  copy: {
    technique: "T1570",
    port: 445,
    named: true,
    windowsLogin: true,
    run(login, name) {
      smbSession(
        login,
        "C$",
        [{ action: "SMB::FILE_WRITE", name: `Windows\\Temp\\${name}.dll`, size: login.draw.int(30_000, 2_000_000) }],
        login.draw.between(1, 15),
      );
    },
  },
  registry: {
    technique: "T1021.002",
    port: 445,
    named: false,
    windowsLogin: true,
    run(login) {
      const link = smbSession(login, "IPC$", [], login.draw.between(1, 8));
      rpc(login.wire, link, 0.3, "\\pipe\\winreg", "winreg", ["OpenLocalMachine", "BaseRegCreateKey", "BaseRegSetValue", "BaseRegCloseKey"]);
    },
  },
  wmi: {
    technique: "T1047",
    port: 135,
    named: false,
    windowsLogin: true,
    run(login) {
      remoteObject(login, "IWbemServices", ["ExecMethod", "ExecQuery"]);
    },
  },
  dcom: {
    technique: "T1021.003",
    port: 135,
    named: false,
    windowsLogin: true,
    run(login) {
      remoteObject(login, "IDispatch", ["GetIDsOfNames", "Invoke"]);
    },
  },
  winrm: {
    technique: "T1021.006",
    port: 5_985,
    named: false,
    windowsLogin: true,
    run(login) {
      const { wire, draw, from, to } = login;
      for (let i = 0; i < draw.int(3, 9); i++) {
        const link = wire.http(
          { time: login.time + i * 700, src: from.ip, dst: to.ip, port: 5_985, seconds: draw.between(0.1, 4) },
          {
            method: "POST",
            host: to.hostname.toLowerCase(),
            uri: "/wsman?PSVersion=5.1.19041.4648",
            agent: "Microsoft WinRM Client",
            body: draw.int(1_200, 7_000),
            answer: draw.int(900, 6_000),
            mime: "multipart/encrypted",
            status: login.success ? 200 : 401,
          },
        );
        if (i === 0) authenticate(login, link);
      }
    },
  },
  rdp: {
    technique: "T1021.001",
    port: 3_389,
    named: false,
    windowsLogin: true,
    run(login) {
      const { wire, draw, from, to } = login;
      const seconds = login.success ? draw.lognormal(900, 0.8) : draw.between(1, 4);
      const link = wire.flow({
        time: login.time,
        src: from.ip,
        dst: to.ip,
        port: 3_389,
        service: "ssl,rdp",
        seconds,
        out: Math.round(seconds * draw.between(300, 1_400)),
        in: Math.round(seconds * draw.between(3_000, 30_000)),
      });
      authenticate(login, link);
      wire.on("rdp", link, 0.05, {
        cookie: login.account.slice(0, 9),
        result: "encrypted",
        security_protocol: "HYBRID_EX",
        client_name: from.hostname.toUpperCase(),
        client_build: "RDP 10.11",
        cert_count: 0,
      });
    },
  },
  ssh: {
    technique: "T1021.004",
    port: 22,
    named: false,
    windowsLogin: false,
    run(login) {
      const { wire, draw, from, to, success } = login;
      const seconds = success ? draw.lognormal(300, 1) : draw.between(1, 3);
      const link = wire.flow({
        time: login.time,
        src: from.ip,
        dst: to.ip,
        port: 22,
        service: "ssh",
        seconds,
        out: Math.round(2_500 + seconds * 120),
        in: Math.round(3_500 + seconds * 400),
      });
      wire.on("ssh", link, 0.3, {
        version: 2,
        auth_success: success,
        auth_attempts: success ? 1 : 3,
        client: "SSH-2.0-OpenSSH_for_Windows_8.1",
        server: "SSH-2.0-OpenSSH_9.2p1",
        hassh: draw.hex(32),
      });
    },
  },
  vnc: {
    technique: "T1021.005",
    port: 5_900,
    named: false,
    windowsLogin: false,
    run(login) {
      const { wire, draw, from, to } = login;
      const seconds = draw.lognormal(400, 0.8);
      wire.flow({
        time: login.time,
        src: from.ip,
        dst: to.ip,
        port: 5_900,
        service: "rfb",
        seconds,
        out: Math.round(seconds * 400),
        in: Math.round(seconds * draw.between(8_000, 60_000)),
      });
    },
  },
};

/** An object activated over the endpoint mapper, then called on a port of its own. */
function remoteObject(login: Login, endpoint: string, operations: readonly string[]): void {
  const { wire, draw, from, to } = login;
  const mapper = wire.flow({
    time: login.time,
    src: from.ip,
    dst: to.ip,
    port: 135,
    service: "dce_rpc",
    seconds: draw.between(0.02, 0.6),
    out: draw.int(900, 1_900),
    in: draw.int(800, 1_600),
  });
  rpc(wire, mapper, 0.01, "135", "epmapper", ["ept_map"]);
  rpc(wire, mapper, 0.02, "135", "IRemoteSCMActivator", ["RemoteCreateInstance"]);
  authenticate(login, mapper);
  if (!login.success) return;
  const link = wire.flow({
    time: login.time + 300,
    src: from.ip,
    dst: to.ip,
    port: draw.int(49_664, 49_680),
    service: "dce_rpc",
    seconds: draw.between(1, 40),
    out: draw.int(4_000, 30_000),
    in: draw.int(4_000, 60_000),
  });
  rpc(wire, link, 0.1, String(link.port), endpoint, operations);
}
