import { describe, expect, test } from "vitest";
import { AddressGuard } from "./address-guard.ts";
import { targetOf } from "./target.ts";

const guard = new AddressGuard(["93.184.216.0/24", "2606:2800::/32"]);
const UNSAFE = new Set(["unsubscribe", "confirm", "opt out", "reset"]);

describe("addresses that are not visited, however they are written (S9)", () => {
  test.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0.0.0.0/",
    "http://10.1.2.3/",
    "http://167838211/",
    "http://172.16.5.4/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://3232235777/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xA9FEA9FE/",
    "http://2852039166/",
    "http://0251.0376.0251.0376/",
    "http://168.63.129.16/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[0:0:0:0:0:ffff:10.0.0.1]/",
    "http://[::10.0.0.1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:a00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
  ])("%s", (url) => expect(targetOf(url, guard, UNSAFE)).toBe("inner-address"));

  test("the organisation's own public addresses, in any form", () => {
    for (const url of ["http://93.184.216.34/", "http://1572395042/", "http://[::ffff:93.184.216.34]/", "http://[2606:2800:220:1::1]/"])
      expect(targetOf(url, guard, UNSAFE)).toBe("own-address");
  });

  test("global addresses may be", () => {
    expect(targetOf("http://8.8.8.8/x#y", guard, UNSAFE)).toMatchObject({ address: "8.8.8.8", port: 80, name: undefined });
    expect(targetOf("https://[2a00:1450:4001:81b::2004]/", guard, UNSAFE)).toMatchObject({ address: "2a00:1450:4001:81b::2004", port: 443 });
  });
});

test("other schemes, ports, credentials and inner names are refused", () => {
  const of = (url: string) => targetOf(url, guard, UNSAFE);
  expect(["file:///etc/passwd", "ftp://a.com/", "javascript:alert(1)", "gopher://a.com/", "x", `http://a.com/${"a".repeat(5_000)}`].map(of)).toEqual(
    Array(6).fill("not-a-web-address"),
  );
  expect(["http://a.com:22/", "https://a.com:8443/", "http://a.com:6379/"].map(of)).toEqual(Array(3).fill("port-refused"));
  expect(of("http://user:secret@a.com/")).toBe("credentials-refused");
  for (const name of [
    "localhost",
    "printer",
    "db.internal",
    "router.lan",
    "a.local",
    "x.onion",
    "metadata.google.internal",
    "localhost.",
    "1.0.0.127.in-addr.arpa",
  ])
    expect(of(`http://${name}/`)).toBe("inner-name");
  expect(of("https://login-portal.com:443/")).toMatchObject({ name: "login-portal.com", port: 443 });
});

test("links that do something when opened are left alone; words within words are not", () => {
  const of = (url: string) => targetOf(url, guard, UNSAFE);
  for (const url of [
    "https://a.com/unsubscribe?u=1",
    "https://a.com/x?action=confirm",
    "https://a.com/OptOut/7",
    "https://a.com/password/%72eset/abc",
    "https://a.com/opt-out",
  ])
    expect(of(url)).toBe("unsafe-link");
  for (const url of ["https://a.com/conference", "https://confirm.com/", "https://a.com/resettlement", "https://a.com/login"])
    expect(of(url)).toMatchObject({ port: 443 });
});
