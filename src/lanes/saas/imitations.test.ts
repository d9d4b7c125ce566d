import { expect, test } from "vitest";
import { imitationsOf } from "./imitations.ts";

test("links and tenants in the likeness of a brand or of ours (T5, T30)", () => {
  const look = imitationsOf(["lindenwerk-components.example", "lindenwerk.com"]);
  expect(look("cloud-sharcpoint.com")).toMatchObject({ of: "sharepoint.com" });
  expect(look("lindenwcrk.com")).toMatchObject({ of: "lindenwerk.com" });
  expect(look("micros0ft.onmicrosoft.com")).toMatchObject({ of: "microsoft.com" });
  expect(look("gardening-club.org")).toBeUndefined();
  expect(look("sharepoint.com")).toBeUndefined();
  expect(look("not a domain")).toBeUndefined();
});
