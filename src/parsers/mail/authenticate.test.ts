import { expect, test } from "vitest";
import { authenticateMail, noDns, type Resolver, statedVerdicts } from "./authenticate.ts";
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

test("E14: only a header of a trusted system is believed", () => {
  const open = (header: string) => openPlain(Buffer.from(`${header}\nFrom: a@b.example\n\n`), "x", { rewriters: [] }).message;
  const message = open("Authentication-Results: mx.own.example; spf=pass smtp.mailfrom=b.example; dkim=pass header.d=b.example; dmarc=pass");
  expect(statedVerdicts(message, new Set(["mx.own.example"]))).toMatchObject({
    by: "trusted-header",
    spf: "pass",
    dkim: "pass",
    dmarc: "pass",
    signedBy: ["b.example"],
  });
  expect(statedVerdicts(message, new Set(["other.example"]))).toMatchObject({ by: "none", spf: "none" });
});
