import type { MailDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";

const MEANS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  spf: {
    pass: "server may send for the domain",
    fail: "server may not send for the domain",
    softfail: "server should not send for the domain",
    none: "the domain names no servers",
  },
  dkim: { pass: "signed, and unchanged since", fail: "its signature does not fit", none: "nobody signed it" },
  dmarc: { pass: "sender and signature agree", fail: "sender and signature disagree", none: "the domain asks for nothing" },
};
const BAD = new Set(["fail", "softfail", "permerror"]);

/** SPF, DKIM, DMARC and what the filter before us said. A pass never lowers a score. */
export function Authentication({ mail }: { mail: MailDetail }) {
  const { native, verdict } = mail;
  return (
    <Section title="Authentication" sub="a pass says who sent it, not who wrote it">
      <table className="rows auth">
        <tbody>
          {(["spf", "dkim", "dmarc"] as const).map((method) => {
            const result = mail.authentication[method] || "none";
            return (
              <tr key={method}>
                <td>{method.toUpperCase()}</td>
                <td>
                  <b className={BAD.has(result) ? "mk" : ""}>
                    <Shown text={result} max={20} />
                  </b>
                </td>
                <td className="two">{MEANS[method]?.[result] ?? ""}</td>
              </tr>
            );
          })}
          <tr>
            <td>Native verdict</td>
            <td>
              <b>
                <Shown text={native || "none"} max={20} />
              </b>
            </td>
            <td className={mail.missed ? "mk" : "two"}>
              {mail.missed
                ? "missed by the gateway"
                : native === ""
                  ? "no filter before us said anything"
                  : verdict === "deliver"
                    ? "as we see it"
                    : "it was caught before us too"}
            </td>
          </tr>
        </tbody>
      </table>
    </Section>
  );
}
