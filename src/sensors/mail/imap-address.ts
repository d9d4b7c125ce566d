import { isIP } from "node:net";
import { CodedError } from "../../base/result.ts";

/** Where a mailbox is, as `imaps://user@host[:port]/[Mailbox[,Mailbox]]`; the password never stands in it. */
export interface ImapAddress {
  host: string;
  port: number;
  user: string;
  /** implicit: TLS from the first byte (imaps). starttls: refused when the server does not offer it. none: only on this machine. */
  tls: "implicit" | "starttls" | "none";
  /** Empty: INBOX and the mailbox of sent mail, if the server names one. */
  mailboxes: string[];
}

/** Reads the form above. `imap://` means STARTTLS; `imap://...?tls=none` sends the password in the clear and is taken for loopback addresses alone. Throws `source-invalid`. */
export function parseImapAddress(text: string): ImapAddress {
  const fault = (why: string): CodedError =>
    new CodedError("source-invalid", `${withoutPassword(text)}: ${why}`, {
      exitCode: 2,
      hint: "imaps://user@host/INBOX, with the password in the file of passwordFile",
    });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw fault("not an address of a mailbox");
  }
  if (url.protocol !== "imaps:" && url.protocol !== "imap:") throw fault("begins with neither imaps:// nor imap://");
  if (url.password !== "") throw fault("a password does not belong here: it would be shown on the page of sources");
  if (url.username === "" || url.hostname === "") throw fault("user and host are needed");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const plain = url.searchParams.get("tls") === "none";
  if (plain && !(host === "localhost" || (isIP(host) !== 0 && (host === "::1" || host.startsWith("127.")))))
    throw fault("tls=none is taken for this machine alone");
  return {
    host,
    port: url.port === "" ? (url.protocol === "imaps:" ? 993 : 143) : Number(url.port),
    user: decodeURIComponent(url.username),
    tls: url.protocol === "imaps:" ? "implicit" : plain ? "none" : "starttls",
    mailboxes: url.pathname
      .slice(1)
      .split(",")
      .map((m) => decodeURIComponent(m).trim())
      .filter((m) => m !== "")
      .slice(0, 100),
  };
}

/** For messages: an address somebody put a password into all the same. */
function withoutPassword(text: string): string {
  return text.replace(/^([a-z]+:\/\/[^:@/]*):[^@]*@/i, "$1:…@").slice(0, 300);
}
