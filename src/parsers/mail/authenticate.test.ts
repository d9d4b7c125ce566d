import { expect, test } from "vitest";
import { authenticateMail, envelopeOf, noDns, type Resolver, statedVerdicts } from "./authenticate.ts";
import { openPlain } from "./open-message.ts";

const MAIL = Buffer.from(
  "From: a@sender.example\r\nTo: b@own.example\r\nSubject: s\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@sender.example>\r\n\r\nhello\r\n",
);
const zone: Record<string, string[][]> = { "TXT sender.example": [["v=spf1 ip4:198.51.100.7 -all"]], "TXT _dmarc.sender.example": [["v=DMARC1; p=reject"]] };
const resolver: Resolver = (name, type) => {
  const found = zone[`${type} ${name}`];
  return found === undefined ? noDns(name, type) : Promise.resolve(found);
};

test("E14: SPF and DMARC are checked with the resolver that is handed in", async () => {
  const envelope = { ip: "198.51.100.7", helo: "mta.sender.example", mailFrom: "a@sender.example" };
  expect(await authenticateMail(MAIL, envelope, resolver)).toMatchObject({ by: "own", spf: "pass", dkim: "none", dmarc: "pass", spfDomain: "sender.example" });
  expect(await authenticateMail(MAIL, { ...envelope, ip: "203.0.113.1" }, resolver)).toMatchObject({ spf: "fail", dmarc: "fail" });
  expect(await authenticateMail(MAIL, { ip: undefined, helo: undefined, mailFrom: undefined }, noDns)).toMatchObject({ spf: "none", dkim: "none" });
});

const open = (header: string) => openPlain(Buffer.from(`${header}\nFrom: a@b.example\n\n`), "x", { rewriters: [] }).message;

test("E14: only a header of a trusted system is believed", () => {
  const message = open("Authentication-Results: mx.own.example; spf=pass smtp.mailfrom=b.example; dkim=pass header.d=b.example; dmarc=pass");
  const whole = { by: "trusted-header", spf: "pass", dkim: "pass", dmarc: "pass", signedBy: ["b.example"] };
  expect(statedVerdicts(message, ["mx.own.example"])).toMatchObject(whole);
  expect(statedVerdicts(message, [".own.example"])).toMatchObject(whole);
  expect(statedVerdicts(message, ["other.example"])).toMatchObject({ by: "none", spf: "none" });
  expect(statedVerdicts(open("Subject: s"), [])).toMatchObject({ by: "none" });
});

const OUTSIDE = "Received: from mta.b.example ([198.51.100.9]) by mx.own.example; Tue, 24 Nov 2026 10:00:00 +0000";
const INSIDE = "Received: from mx.own.example ([10.0.0.2]) by store.own.example; Tue, 24 Nov 2026 10:00:01 +0000";
const FORGED = "Authentication-Results: mx.own.example; dkim=pass header.d=b.example; dmarc=pass";

test.each([
  ["another system's, on top", `Authentication-Results: mx.evil.example; spf=pass\n${OUTSIDE}`, ["mx.own.example"], { by: "none" }],
  [
    "the trusted id, below the hop from outside",
    `Authentication-Results: mx.own.example; spf=fail\n${OUTSIDE}\n${FORGED}`,
    ["mx.own.example"],
    { spf: "fail", dkim: "none", dmarc: "none" },
  ],
  [
    "written below its own hop, with a forged one below the sender's hop",
    `${OUTSIDE}\nAuthentication-Results: mx.own.example; spf=softfail\n${OUTSIDE}\n${FORGED}`,
    ["mx.own.example"],
    { spf: "softfail", dkim: "none" },
  ],
  [
    "several own hops",
    `${INSIDE}\nAuthentication-Results: store.own.example; dmarc=fail\n${INSIDE}\nAuthentication-Results: mx.own.example; spf=fail\n${OUTSIDE}\n${FORGED}`,
    [".own.example"],
    { spf: "fail", dkim: "none", dmarc: "fail" },
  ],
  [
    "nothing configured: one system is believed, not whoever else",
    `Authentication-Results: mx.own.example; spf=fail\nAuthentication-Results: mx.evil.example; dkim=pass header.d=b.example\n${OUTSIDE}`,
    [],
    { spf: "fail", dkim: "none" },
  ],
  [
    "Microsoft's form without an id",
    `Authentication-Results: spf=none smtp.mailfrom=b.example; dkim=none; dmarc=bestguesspass\n${OUTSIDE}`,
    [""],
    { spf: "none", dmarc: "bestguesspass" },
  ],
])("E14: forged verdicts are left out: %s", (_name, header, trusted, expected) => {
  expect(statedVerdicts(open(header), trusted)).toMatchObject(expected);
});

test("the envelope is what the newest hop from outside says", () => {
  const message = open(`Return-Path: <bounce@b.example>\n${INSIDE}\n${OUTSIDE}`);
  expect(envelopeOf(message)).toEqual({ ip: "198.51.100.9", helo: "mta.b.example", mailFrom: "bounce@b.example" });
  expect(envelopeOf(message, (ip) => ip.startsWith("198."))).toMatchObject({ ip: undefined });
});
