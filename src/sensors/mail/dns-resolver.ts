import { Resolver as NodeResolver } from "node:dns/promises";
import type { Resolver } from "../../parsers/mail/authenticate.ts";

const TIMEOUT = 3_000;
const REMEMBERED = 10_000;
const KEPT = 5 * 60_000;
/** Questions that wait for an answer at once; more wait in turn. */
const AT_ONCE = 16;

interface Answer {
  until: number;
  result: Promise<string[] | string[][]>;
}

/**
 * DNS for checking SPF, DKIM and DMARC: TXT, A, AAAA, MX and PTR questions to the given name servers (empty: those of the machine), two tries of 3 s each, answers
 * and refusals kept for five minutes, at most 10,000. **Each question names a domain that a sender wrote, so that whoever runs that domain learns that its mail was looked at.**
 * Used only when `mail.dns` of the configuration says so.
 */
export function dnsResolver(servers: readonly string[], now: () => number): Resolver {
  const dns = new NodeResolver({ timeout: TIMEOUT, tries: 2 });
  if (servers.length > 0) dns.setServers([...servers]);
  const answers = new Map<string, Answer>();
  const waiting: (() => void)[] = [];
  let asking = 0;
  const ask = async (name: string, type: string): Promise<string[] | string[][]> => {
    if (asking >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
    asking++;
    try {
      return (await dns.resolve(name, type)) as string[] | string[][];
    } finally {
      asking--;
      waiting.shift()?.();
    }
  };
  return (name, type) => {
    const key = `${type} ${name.toLowerCase()}`;
    const known = answers.get(key);
    if (known !== undefined && known.until > now()) return known.result;
    if (answers.size >= REMEMBERED) for (const oldest of [...answers.keys()].slice(0, REMEMBERED / 10)) answers.delete(oldest);
    const result = ask(name, type);
    result.catch(() => undefined);
    answers.set(key, { until: now() + KEPT, result });
    return result;
  };
}
