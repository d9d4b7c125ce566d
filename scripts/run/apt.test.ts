import { expect, test } from "vitest";
import { backportsStanza, parseDeb822, parseOneLine } from "./apt.mjs";

const DEB822 = `Types: deb
# a comment between fields
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

test("a deb822 source gives a stanza on the same mirror with the same key", () => {
  expect(backportsStanza(parseDeb822(DEB822), "bookworm")).toEqual({
    text: "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm-backports\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n",
  });
});

test("a one-line source gives the same stanza, options included", () => {
  const list = `
# deb cdrom:[Debian] bookworm main
deb-src http://mirror.example/debian/ bookworm main
deb [arch=amd64,arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg check-valid-until=no] http://mirror.example/debian/ bookworm main # ours
deb http://mirror.example/debian-security bookworm-security main
`;
  expect(backportsStanza(parseOneLine(list), "bookworm")).toEqual({
    text: "Types: deb\nURIs: http://mirror.example/debian/\nSuites: bookworm-backports\nComponents: main\nArchitectures: amd64 arm64\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\nCheck-Valid-Until: no\n",
  });
});

test("a vendor who names a suite after the release is not taken for the distribution, wherever it stands", () => {
  const vendor = parseOneLine("deb https://packages.vendor.example/stable bookworm main");
  const own = parseDeb822(DEB822);
  for (const all of [
    [...vendor, ...own],
    [...own, ...vendor],
  ]) {
    expect(backportsStanza(all, "bookworm")).toMatchObject({ text: expect.stringContaining("URIs: http://mirror.example/debian\n") });
  }
  expect(backportsStanza(vendor, "bookworm")).toMatchObject({ problem: expect.stringContaining("apt-no-distribution-source") });
});

test("backports that are already there are left alone, unless they are switched off", () => {
  const there = "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm-backports\nComponents: main\n";
  expect(backportsStanza(parseDeb822(`${DEB822}\n${there}`), "bookworm")).toEqual({ present: true });
  expect(backportsStanza(parseDeb822(`${DEB822}\n${there}Enabled: no\n`), "bookworm")).toHaveProperty("text");
});

test("a key that stands in the source itself is carried over with its lines", () => {
  const key = " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----";
  const text = `Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By:\n${key}\n`;
  expect(backportsStanza(parseDeb822(text), "bookworm")).toEqual({
    text: `Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm-backports\nComponents: main\nSigned-By: \n${key}\n`,
  });
});
