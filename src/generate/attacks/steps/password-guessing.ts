import { SECOND } from "../../../base/time.ts";
import type { StepKind } from "../types.ts";
import { LATERAL_TOOLS } from "./lateral-tools.ts";
import { tell, wireOf } from "./tell.ts";

/** A few passwords tried on many accounts from one machine, `gap` seconds apart, against the domain controller or one server. */
export const networkSpray: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "spray");
  const { net } = stage.setting;
  const { foothold } = stage;
  const protocol = values.text("protocol");
  const [users, rounds, gap] = [Math.round(values.number("users")), Math.round(values.number("rounds")), values.number("gap")];
  const to = net.domainControllers[0] ?? draw.pick(net.hosts.filter((h) => h.ip !== foothold.ip));
  const known = draw.shuffled(net.accounts);
  const accounts = Array.from({ length: users }, (_, i) => known[i] ?? `user${i + 1}`);
  const lucky = values.text("success") === "yes" ? accounts[draw.int(0, accounts.length - 1)] : undefined;
  const first = stage.now;
  const before = wire.count;
  for (let round = 0; round < rounds; round++) {
    for (const account of accounts) {
      const success = account === lucky && round === rounds - 1;
      const time = stage.now;
      if (protocol === "kerberos") {
        const link = wire.flow({
          time,
          src: foothold.ip,
          dst: to.ip,
          port: 88,
          service: "krb_tcp",
          seconds: 0.003,
          out: 210,
          in: success ? 1_500 : 180,
        });
        wire.on("kerberos", link, 0.001, {
          request_type: "AS",
          client: `${account}/${net.domain.toUpperCase()}`,
          service: `krbtgt/${net.domain.toUpperCase()}`,
          success,
          error_msg: success ? undefined : "KDC_ERR_PREAUTH_FAILED",
          till: Math.floor(time / 1_000) + 36_000,
          cipher: success ? "aes256-cts-hmac-sha1-96" : undefined,
          forwardable: true,
          renewable: true,
        });
      } else
        LATERAL_TOOLS[protocol === "smb" ? "registry" : protocol]?.run(
          { wire, draw, time, from: foothold, to, account, netbios: net.netbios, domain: net.domain, auth: "ntlm", controller: undefined, success },
          "",
        );
      stage.now += gap * draw.between(0.7, 1.3) * SECOND;
    }
  }
  tell(stage, "password-spray", values, {
    start: first,
    end: stage.now,
    entity: foothold.ip,
    peer: to.ip,
    port: protocol === "kerberos" ? 88 : (LATERAL_TOOLS[protocol]?.port ?? 445),
    what: `${accounts.length} accounts tried ${rounds} times over ${protocol}${lucky === undefined ? "" : `; ${lucky} fell`}`,
    records: wire.count - before,
  });
  if (lucky !== undefined) stage.account = lucky;
};
