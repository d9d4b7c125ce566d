import type { Draw } from "../world/draw.ts";
import type { TargetHost } from "./types.ts";
import type { Link, Wire } from "./wire.ts";

/** How one machine logs in to another on behalf of an account. */
export interface Login {
  wire: Wire;
  draw: Draw;
  time: number;
  from: TargetHost;
  to: TargetHost;
  account: string;
  netbios: string;
  domain: string;
  auth: "ntlm" | "kerberos";
  controller: TargetHost | undefined;
  success: boolean;
}

/** The records of authentication on an open link: NTLM on it, or a ticket from the domain controller before it. */
export function authenticate(login: Login, link: Link): void {
  const { wire, to, from, account, netbios, domain, draw, success } = login;
  if (login.auth === "ntlm" || login.controller === undefined) {
    wire.on("ntlm", link, 0.05, {
      username: account,
      hostname: from.hostname.toUpperCase(),
      domainname: netbios,
      server_nb_computer_name: to.hostname.toUpperCase(),
      server_dns_computer_name: `${to.hostname}.${domain}`.toLowerCase(),
      server_tree_name: domain,
      success,
    });
    return;
  }
  ticket(login, `cifs/${to.hostname}.${domain}`.toLowerCase(), login.controller, link.time - draw.between(8, 60));
}

/** One TGS exchange with the domain controller. */
export function ticket(login: Login, service: string, controller: TargetHost, time: number, cipher = "aes256-cts-hmac-sha1-96"): void {
  const { wire, draw, from, account, domain, success } = login;
  const link = wire.flow({
    time,
    src: from.ip,
    dst: controller.ip,
    port: 88,
    service: "krb_tcp",
    seconds: draw.between(0.002, 0.03),
    out: draw.int(1_300, 1_700),
    in: draw.int(1_400, 1_800),
  });
  wire.on("kerberos", link, 0.002, {
    request_type: "TGS",
    client: `${account}/${domain.toUpperCase()}`,
    service,
    success,
    error_msg: success ? undefined : "KDC_ERR_PREAUTH_FAILED",
    till: Math.floor(time / 1_000) + 36_000,
    cipher: success ? cipher : undefined,
    forwardable: true,
    renewable: true,
  });
}

/** An SMB session to a share with files opened, read or written on it. */
export function smbSession(
  login: Login,
  share: string,
  files: readonly {
    action: "SMB::FILE_OPEN" | "SMB::FILE_READ" | "SMB::FILE_WRITE" | "SMB::FILE_RENAME" | "SMB::FILE_DELETE";
    name: string;
    size: number;
    previous?: string;
  }[],
  seconds: number,
): Link {
  const { wire, draw, from, to } = login;
  const written = files.reduce((n, f) => n + (f.action === "SMB::FILE_WRITE" ? f.size : 0), 0);
  const read = files.reduce((n, f) => n + (f.action === "SMB::FILE_OPEN" ? f.size : 0), 0);
  const link = wire.flow({
    time: login.time,
    src: from.ip,
    dst: to.ip,
    port: 445,
    service: login.auth === "ntlm" ? "ntlm,gssapi,smb" : "gssapi,smb,krb",
    seconds,
    out: written + draw.int(1_800, 3_200) + files.length * 220,
    in: read + draw.int(1_500, 2_800) + files.length * 190,
  });
  authenticate(login, link);
  if (!login.success) return link;
  const path = `\\\\${to.hostname.toLowerCase()}.${login.domain}\\${share}`;
  wire.on("smb_mapping", link, 0.08, { path, share_type: share === "IPC$" ? "PIPE" : "DISK" });
  const step = Math.max(0.01, (seconds - 0.1) / Math.max(1, files.length));
  files.forEach((file, i) => {
    wire.on("smb_files", link, 0.1 + i * step, {
      action: file.action,
      path,
      name: file.name,
      size: file.size,
      "times.modified": login.time / 1_000 - draw.exponential(9e6),
      "times.accessed": login.time / 1_000 - 10,
      "times.created": login.time / 1_000 - 1e7,
      "times.changed": login.time / 1_000 - 9e6,
    });
  });
  return link;
}

/** A DCE-RPC call over a named pipe of the link. */
export function rpc(wire: Wire, link: Link, delay: number, pipe: string, endpoint: string, operations: readonly string[]): void {
  operations.forEach((operation, i) => {
    wire.on("dce_rpc", link, delay + i * 0.02, { rtt: 0.000_8, named_pipe: pipe, endpoint, operation });
  });
}
