import type { Authentication, OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { EventOf } from "../../schema/event.ts";
import { mailEvent } from "./mail-event.ts";

/** An opened message for tests: what is not given is empty. */
export function madeMessage(part: Partial<OpenedMessage> & { sender_?: string; name_?: string; to_?: string[] }): OpenedMessage {
  const address = (text: string, name = ""): OpenedMessage["to"][number] => {
    const at = text.lastIndexOf("@");
    return { name, address: text, local: text.slice(0, at), domain: text.slice(at + 1), unicodeDomain: text.slice(at + 1) };
  };
  const text = part.text ?? { plain: "", visible: "" };
  const { sender_, name_, to_, ...rest } = part;
  return {
    ref: "m.eml",
    size: 1_000,
    headers: [],
    from: sender_ === undefined ? undefined : address(sender_, name_),
    fromAll: [],
    sender: undefined,
    replyTo: [],
    to: (to_ ?? ["a@own.example"]).map((a) => address(a)),
    cc: [],
    subject: "",
    messageId: "",
    inReplyTo: [],
    references: [],
    date: 0,
    received: undefined,
    hops: [],
    stated: [],
    originatingIp: undefined,
    software: undefined,
    native: {},
    text,
    html: undefined,
    scripts: [],
    attachments: [],
    urls: [],
    codes: [],
    stages: [],
    simhash: { text: undefined, structure: undefined },
    limits: [],
    errors: [],
    ...rest,
  };
}

const PASS: Authentication = {
  by: "trusted-header",
  spf: "pass",
  dkim: "pass",
  dmarc: "pass",
  arc: "none",
  dkimDomain: undefined,
  spfDomain: undefined,
  signedBy: [],
};
let line = 0;

export function madeEvent(message: OpenedMessage, auth: Partial<Authentication> = {}): EventOf<"mail"> {
  line++;
  const event = mailEvent(message, { ...PASS, ...auth }, { source: "t", file: `m${line}.eml`, fileKey: `k${line}`, line: 1, offset: 0 });
  if (event === undefined) throw new Error("a made message needs a date");
  return event;
}
