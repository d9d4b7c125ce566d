import type { Device, Person } from "../world/types.ts";
import { ask } from "./names.ts";
import type { Scene } from "./scene.ts";
import { isInside, type Link, type Wire } from "./wire.ts";

const CIPHER = "aes256-cts-hmac-sha1-96";

/** Machines of a domain talk to its controllers: tickets, directory, policies, names of pipes. */
export class Directory {
  readonly #scene: Scene;
  readonly #realm: string;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#realm = scene.world.organisation.adDomain.toUpperCase();
  }

  controller(wire: Wire): Device {
    const all = this.#scene.servers("domain-controller");
    return (wire.draw.chance(0.8) ? all[0] : all[all.length - 1]) ?? this.#scene.server("domain-controller");
  }

  /** First ticket of an account: refused once for want of proof, as it is done. `wrong` passwords before the right one. */
  logOn(wire: Wire, time: number, src: string, account: string, wrong = 0): void {
    const { draw } = wire;
    const to = this.controller(wire);
    let t = time;
    for (let i = 0; i <= wrong; i++) {
      this.#kerberos(wire, t, src, to, "AS", account, `krbtgt/${this.#realm}`, "KDC_ERR_PREAUTH_REQUIRED");
      t += draw.between(3, 20);
      this.#kerberos(wire, t, src, to, "AS", account, `krbtgt/${this.#realm}`, i < wrong ? "KDC_ERR_PREAUTH_FAILED" : undefined);
      t += draw.between(2_000, 15_000);
    }
  }

  ticket(wire: Wire, time: number, src: string, account: string, service: string, fails = false): void {
    this.#kerberos(wire, time, src, this.controller(wire), "TGS", account, service, fails ? "KDC_ERR_S_PRINCIPAL_UNKNOWN" : undefined);
  }

  /** What a Windows machine does when it starts or its person logs on. */
  startUp(wire: Wire, time: number, src: string, device: Device, person: Person | undefined): void {
    const { draw } = wire;
    const domain = this.#scene.world.organisation.adDomain;
    const to = this.controller(wire);
    const machine = `${device.hostname}$`;
    let t = time + draw.between(300, 2_000);
    const after = (low: number, high: number): number => {
      t += draw.between(low, high);
      return t;
    };
    for (const name of [`_ldap._tcp.${this.#siteName(device)}._sites.dc._msdcs.${domain}`, `_kerberos._tcp.dc._msdcs.${domain}`])
      ask(wire, {
        time: after(5, 60),
        src,
        server: this.#scene.resolvers.server(draw),
        query: name,
        type: "SRV",
        answers: this.#scene.servers("domain-controller").map((c) => `${c.hostname.toLowerCase()}.${domain}`),
        ttl: 600,
      });
    const ping = { src, dst: to.ip, port: 389, proto: "udp", service: "ldap_udp", seconds: draw.between(0.000_4, 0.003), out: 190, in: 168 } as const;
    wire.flow({ ...ping, time: after(10, 60) });
    this.logOn(wire, after(20, 90), src, machine);
    this.ticket(wire, after(20, 200), src, machine, `ldap/${to.hostname.toLowerCase()}.${domain}/${domain}`);
    this.#ldap(wire, after(5, 100), src, to);
    this.ticket(wire, after(20, 200), src, machine, `cifs/${to.hostname.toLowerCase()}.${domain}`);
    this.policies(wire, after(50, 400), src, to);
    this.pipes(wire, after(100, 900), src, to, ["netlogon", "NetrLogonGetDomainInfo", "NetrServerAuthenticate3", "NetrServerReqChallenge"]);
    if (person === undefined) return;
    this.logOn(wire, after(3_000, 30_000), src, person.account, draw.chance(0.06) ? draw.int(1, 3) : 0);
    for (const service of [
      `host/${device.hostname.toLowerCase()}.${domain}`,
      `ldap/${to.hostname.toLowerCase()}.${domain}/${domain}`,
      `cifs/${to.hostname.toLowerCase()}.${domain}`,
    ])
      this.ticket(wire, after(30, 700), src, person.account, service);
    this.#ldap(wire, after(50, 900), src, to);
    this.policies(wire, after(50, 900), src, to);
    if (draw.chance(0.4)) this.pipes(wire, after(100, 3_000), src, to, ["lsarpc", "LsarLookupNames4", "LsarLookupSids3"]);
  }

  /** SYSVOL read anew, each 90 minutes or so and at every log-on. */
  policies(wire: Wire, time: number, src: string, to: Device): void {
    const { draw } = wire;
    const domain = this.#scene.world.organisation.adDomain;
    const files = draw.int(2, 9);
    const link = wire.flow({
      time,
      src,
      dst: to.ip,
      port: 445,
      service: "gssapi,smb,krb",
      seconds: draw.chance(0.7) ? draw.between(10, 16) : draw.lognormal(40, 0.6),
      out: 5_200 + files * 640,
      in: 4_100 + files * draw.lognormal(900, 0.5),
    });
    wire.on("smb_mapping", link, 0.02, { path: `\\\\${domain}\\SysVol`, share_type: "DISK" });
    for (let i = 0; i < files; i++)
      wire.on("smb_files", link, 0.04 + i * 0.03, {
        action: "SMB::FILE_OPEN",
        path: `\\\\${domain}\\SysVol`,
        name:
          i === 0
            ? `${domain}\\Policies`
            : `${domain}\\Policies\\{${policyId(i + draw.int(0, 6), domain)}}\\${draw.pick(["gpt.ini", "Machine\\Registry.pol", "User\\Registry.pol", "Machine\\Microsoft\\Windows NT\\SecEdit\\GptTmpl.inf"])}`,
        size: Math.round(draw.lognormal(600, 1)),
      });
  }

  /** Calls over RPC: the port asked for at 135, then the interface by its pipe. */
  pipes(wire: Wire, time: number, src: string, to: Device, [endpoint = "", ...operations]: readonly string[]): void {
    const { draw } = wire;
    const mapper = wire.flow({ time, src, dst: to.ip, port: 135, service: "dce_rpc", seconds: draw.between(0.01, 20), out: 268, in: 212 });
    wire.on("dce_rpc", mapper, 0.003, { rtt: draw.between(0.000_2, 0.002), named_pipe: "135", endpoint: "epmapper", operation: "ept_map" });
    const link = wire.flow({
      time: time + draw.between(5, 30),
      src,
      dst: to.ip,
      port: 49_670,
      service: "gssapi,dce_rpc",
      seconds: draw.between(0.1, 25),
      out: 2_300 + operations.length * 520,
      in: 1_500 + operations.length * 610,
    });
    operations.forEach((operation, i) => {
      wire.on("dce_rpc", link, 0.01 + i * 0.006, { rtt: draw.between(0.000_2, 0.004), named_pipe: "49670", endpoint, operation });
    });
  }

  /** A session to a share with its tree and, when the account is used in the old way, NTLM. */
  session(
    wire: Wire,
    time: number,
    src: string,
    device: Device,
    account: string,
    server: Device,
    share: string,
    seconds: number,
    out: number,
    bytes: number,
    old = false,
  ): Link {
    const { draw } = wire;
    const { adDomain, netbios } = this.#scene.world.organisation;
    const full = `${server.hostname.toLowerCase()}.${adDomain}`;
    if (!old && isInside(server.ip)) this.ticket(wire, time - draw.between(5, 40), src, account, `cifs/${full}`);
    const link = wire.flow({
      time,
      src,
      dst: server.ip,
      port: 445,
      service: old ? "ntlm,gssapi,smb" : "gssapi,smb,krb",
      seconds,
      out: out + 3_600,
      in: bytes + 3_100,
    });
    if (old)
      wire.on("ntlm", link, 0.01, {
        username: account,
        hostname: device.hostname.toUpperCase(),
        domainname: netbios,
        server_nb_computer_name: server.hostname.toUpperCase(),
        server_dns_computer_name: full,
        server_tree_name: adDomain,
        success: true,
      });
    wire.on("smb_mapping", link, 0.015, { path: `\\\\${full}\\${share}`, share_type: share === "IPC$" ? "PIPE" : "DISK" });
    return link;
  }

  #ldap(wire: Wire, time: number, src: string, to: Device): void {
    const { draw } = wire;
    wire.flow({
      time,
      src,
      dst: to.ip,
      port: 389,
      service: "gssapi,ldap_tcp",
      seconds: draw.chance(0.6) ? draw.lognormal(0.15, 1) : draw.lognormal(110, 0.7),
      out: draw.lognormal(3_400, 0.6),
      in: draw.lognormal(6_000, 0.9),
    });
  }

  #kerberos(wire: Wire, time: number, src: string, to: Device, request: "AS" | "TGS", account: string, service: string, error: string | undefined): void {
    const { draw } = wire;
    const link = wire.flow({
      time,
      src,
      dst: to.ip,
      port: 88,
      service: "krb_tcp",
      seconds: draw.lognormal(0.003, 0.8),
      out: request === "AS" ? draw.int(210, 330) : draw.int(1_350, 1_900),
      in: error === undefined ? draw.int(1_400, 1_950) : draw.int(120, 260),
      state: "SF",
    });
    const day = 86_400;
    wire.on("kerberos", link, 0.001, {
      request_type: request,
      client: `${account}/${this.#realm}`,
      service,
      success: error === undefined,
      error_msg: error,
      till: Math.floor(time / 1_000) + 10 * day,
      cipher: error === undefined ? CIPHER : undefined,
      forwardable: true,
      renewable: true,
    });
  }

  #siteName(device: Device): string {
    return device.site.normalize("NFD").replace(/[^A-Za-z]/g, "") || "Default-First-Site-Name";
  }
}

/** Identifier of a policy object, the same for all that read it. */
function policyId(n: number, domain: string): string {
  const hex = (salt: number, length: number): string => {
    let h = salt * 2_654_435_761 + n * 40_503;
    for (const c of domain) h = (Math.imul(h, 31) + c.charCodeAt(0)) >>> 0;
    return (h >>> 0).toString(16).padStart(8, "0").slice(0, length).toUpperCase();
  };
  return `${hex(1, 8)}-${hex(2, 4)}-${hex(3, 4)}-${hex(4, 4)}-${hex(5, 8)}${hex(6, 4)}`;
}
