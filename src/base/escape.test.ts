import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvCell, defang, escapeJsonText, hostForDisplay, refang, terminalText, visibleText } from "./escape.ts";

/** Text as attackers write it: any code units, with many of those that matter. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\u0000",
        "\u001b[2J",
        "\u009b31m",
        "\r",
        "\n",
        "\t",
        "\u2028",
        "\ud800",
        "\u0301\u0301\u0301\u0301\u0301\u0301",
        "\u{e0041}",
        "\u3164",
        "=",
        "א",
        "😀",
      ),
    ),
  )
  .map((pieces) => pieces.join(""));

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/u;

describe("S8: visible text", () => {
  test("nothing invisible is left, whatever came in", () => {
    fc.assert(fc.property(hostile, (text) => !UNSEEN.test(visibleText(text))));
  });

  test("no more is left than was asked for, and no character is cut in half", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, max) => {
        const shown = visibleText(text, { max });
        expect([...shown.replace(/…\(\+\d+\)$/, "")].length).toBeLessThanOrEqual(max);
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
  });

  test("what is harmless stays as it is", () => {
    fc.assert(fc.property(fc.stringMatching(/^[ -~äöüßéèñçÀ-ÿא-תа-я一-龥😀]{0,100}$/u), (text) => visibleText(text) === text));
  });

  test("done twice is done once", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = visibleText(text, { max: 100_000 });
        expect(visibleText(once, { max: 1_000_000 })).toBe(once);
      }),
    );
  });

  test("two texts that differ do not look the same because of it", () => {
    expect(visibleText("a\u200bb")).not.toBe(visibleText("ab"));
    expect(visibleText("a\u200bb")).not.toBe(visibleText("a\u200cb"));
  });

  test.each([
    ["invoice\u202efdp.exe", "invoice⟨U+202E⟩fdp.exe"],
    ["\u001b]0;title\u0007\u001b[31mred", "␛]0;title␇␛[31mred"],
    ["\u009b2J", "⟨U+009B⟩2J"],
    ["a\r\nlevel=info forged", "a␍␊level=info forged"],
    ["a\u0000b\u007f", "a␀b␡"],
    ["pay\u200bpal\ufeff", "pay⟨U+200B⟩pal⟨U+FEFF⟩"],
    ["x\u{e0068}\u{e0069}", "x⟨U+E0068⟩⟨U+E0069⟩"],
    ["\ud800", "⟨U+D800⟩"],
    ["z\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "z\u0301\u0301\u0301\u0301⟨+3 marks⟩"],
    ["line\u2028break", "line⟨U+2028⟩break"],
  ])("%j is shown as %s", (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  test("lines may be kept, other controls not", () => {
    expect(visibleText("a\nb\rc", { lines: true })).toBe("a\nb␍c");
  });

  test("the cut says how much is missing", () => {
    expect(visibleText("abcdef", { max: 4 })).toBe("abcd…(+2)");
    expect(visibleText("😀😀😀😀", { max: 2 })).toBe("😀😀…(+2)");
    expect(visibleText("abcd", { max: 4 })).toBe("abcd");
  });

  test("a line of 100 MB costs no more than one of a kilobyte", () => {
    // Through a Buffer, since a repeated string is laid out only when it is read.
    const line = Buffer.alloc(100_000_000, "\u009b1", "latin1").toString("latin1");
    const start = performance.now();
    expect(visibleText(line, { max: 100 }).length).toBeLessThan(200);
    expect(performance.now() - start).toBeLessThan(50);
  });
});

test("S8: on a terminal, text that could turn its neighbours round is isolated, and only that", () => {
  expect(terminalText("plain")).toBe("plain");
  expect(terminalText("שלום 123")).toBe("\u2068שלום 123\u2069");
  fc.assert(fc.property(hostile, (text) => !UNSEEN.test(terminalText(text).replace(/^\u2068|\u2069$/g, ""))));
});

test("S8: a line of JSON says the same, with nothing unseen in it", () => {
  fc.assert(
    fc.property(fc.record({ a: hostile, b: fc.array(hostile) }), (value) => {
      const line = escapeJsonText(`${JSON.stringify(value)}\n`);
      expect(line.endsWith("}\n")).toBe(true);
      expect(UNSEEN.test(line.slice(0, -1))).toBe(false);
      expect(JSON.parse(line)).toEqual(value);
    }),
  );
});

test("S8: an internationalised name shows both forms", () => {
  expect(hostForDisplay("xn--80ak6aa92e.com")).toBe("xn--80ak6aa92e.com (\u2068аррӏе.com\u2069)");
  expect(hostForDisplay("plain.example")).toBe("plain.example");
  expect(hostForDisplay("evil\u202e.example")).toBe("evil⟨U+202E⟩.example");
});

describe("S8: indicators", () => {
  test.each([
    ["http://evil.example/a.php?u=https://x.example", "hxxp[://]evil[.]example/a[.]php?u=hxxps[://]x[.]example"],
    ["HTTPS://EVIL.example", "HXXPS[://]EVIL[.]example"],
    ["192.0.2.7", "192[.]0[.]2[.]7"],
    ["ada@corp.example", "ada[@]corp[.]example"],
    ["ftp://x.example", "ftp[://]x[.]example"],
  ])("%s becomes %s, and back", (indicator, harmless) => {
    expect(defang(indicator)).toBe(harmless);
    expect(refang(harmless)).toBe(indicator);
  });

  test("nothing is left that a program makes a link of, and nothing is lost", () => {
    const indicator = fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.ipV4(), fc.emailAddress(), fc.domain());
    fc.assert(
      fc.property(indicator, (text) => {
        const harmless = defang(text);
        expect(harmless.replaceAll(/\[(:\/\/|\.|@)\]/g, "")).not.toMatch(/:\/\/|\.|@|https?:/);
        if (!/\[|hxxp/i.test(text)) expect(refang(harmless)).toBe(text);
      }),
    );
  });
});

describe("S8: cells of CSV", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", '"\'\t=1"'],
    ["\r=1", '"\'\r=1"'],
    ["\u0000=1", '"\'\u0000=1"'],
    ["  =1", "'  =1"],
    ["＝1", "'＝1"],
    ["a=1", "a=1"],
    ['say "hi", ok', '"say ""hi"", ok"'],
    ["two\nlines", '"two\nlines"'],
    ["a;b", '"a;b"'],
    ["", ""],
  ])("%j becomes %j", (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  test("numbers and truth values pass", () => {
    expect([csvCell(-5), csvCell(1.5), csvCell(true), csvCell(undefined)]).toEqual(["-5", "1.5", "true", ""]);
  });

  test("any row of cells is read back as it was, and none begins as a formula", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1 }), (values) => {
        const cells = readCsv(values.map((value) => csvCell(value)).join(","));
        expect(cells).toHaveLength(values.length);
        for (const [i, cell] of cells.entries()) {
          expect(cell).not.toMatch(/^[\s\0]*[=+\-@]/);
          expect(cell.replace(/^'/, "")).toBe((values[i] ?? "").replace(/^'/, ""));
        }
      }),
    );
  });
});

/** RFC 4180, one record. */
function readCsv(text: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[i++];
      else quoted = false;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === ",") {
      cells.push(cell);
      cell = "";
    } else cell += c;
  }
  return [...cells, cell];
}
