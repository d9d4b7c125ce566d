import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readLinkLookups } from "./link-lookups.ts";
import { LookalikeIndex } from "./lookalike.ts";

const index = new LookalikeIndex(readLinkLookups(fileURLToPath(new URL("../../../content", import.meta.url))).lookalike);
const taken = (host: string): boolean => (index.look(host)?.score ?? 0) >= 0.5;

test("a word joined to a name that is a word itself is no sign; between hyphens, or beside an invented name, it is", () => {
  expect(["outlooksupport.org", "officeservices.net", "appledelivery.com"].map(taken)).toEqual([false, false, false]);
  expect(["outlook-support.org", "paypalsupport.org", "secure-office.net", "netfIixbilling.com", "0utlooksupport.org"].map(taken)).toEqual(Array(5).fill(true));
});

test("one letter in front of a long name, or its first letter left out, is a slip; of a short one it is another word", () => {
  expect(["xlinkedin.com", "inkedin.com", "ropbox.com"].map(taken)).toEqual([true, true, true]);
  expect(["tripe.com", "orton.com", "umail.org", "boxing.com"].map(taken)).toEqual([false, false, false, false]);
});
