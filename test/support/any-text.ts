import fc from "fast-check";

/** Any text at all, lone surrogates and control characters included. fast-check's own `unit: "binary"` takes ten seconds to set itself up. */
export const anyText = fc.array(fc.nat(0xffff), { maxLength: 60 }).map((units) => String.fromCharCode(...units));
