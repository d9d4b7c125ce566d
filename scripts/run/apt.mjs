// Reads apt's own source files (both formats) and derives from them the entry for the distribution's backports.

/**
 * One source as a deb822 stanza: field names as in sources.list(5), values as one line.
 * @typedef {Record<string, string>} Stanza
 */

/** Options of the one-line format whose field is not the same word in title case. */
const OPTION_FIELDS = /** @type {Record<string, string>} */ ({ arch: "Architectures", lang: "Languages", target: "Targets" });

/** @param {string} option as in the one-line format, e.g. "signed-by" */
function fieldOfOption(option) {
  return OPTION_FIELDS[option] ?? option.replace(/(^|-)([a-z])/g, (_all, dash, letter) => `${dash}${letter.toUpperCase()}`);
}

/**
 * Reads a .sources file (deb822).
 * @param {string} text
 * @returns {Stanza[]}
 */
export function parseDeb822(text) {
  /** @type {Stanza[]} */
  const stanzas = [];
  for (const block of text.replace(/\r\n/g, "\n").split(/\n[ \t]*\n/)) {
    /** @type {Stanza} */
    const stanza = {};
    let field = "";
    for (const line of block.split("\n")) {
      if (line.startsWith("#") || line.trim() === "") continue;
      if (/^[ \t]/.test(line)) {
        // A continued value keeps its lines: Signed-By may hold a whole key.
        if (field !== "") stanza[field] = `${stanza[field]}\n${line}`;
        continue;
      }
      const at = line.indexOf(":");
      if (at < 0) continue;
      field = fieldOfOption(line.slice(0, at).trim().toLowerCase()).replace("Uris", "URIs");
      stanza[field] = line.slice(at + 1).trim();
    }
    if (stanza.URIs !== undefined) stanzas.push(stanza);
  }
  return stanzas;
}

/**
 * Reads a sources.list or .list file (one line a source).
 * @param {string} text
 * @returns {Stanza[]}
 */
export function parseOneLine(text) {
  /** @type {Stanza[]} */
  const stanzas = [];
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/#.*/, "").trim();
    const match = /^(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line);
    if (match === null) continue;
    const [, type = "", options = "", uri = "", suite = "", components = ""] = match;
    /** @type {Stanza} */
    const stanza = { Types: type, URIs: uri, Suites: suite, Components: components };
    for (const option of options.split(/\s+/)) {
      const at = option.indexOf("=");
      if (at > 0) stanza[fieldOfOption(option.slice(0, at).replace(/[+-]$/, ""))] = option.slice(at + 1).replaceAll(",", " ");
    }
    stanzas.push(stanza);
  }
  return stanzas;
}

/** @param {string | undefined} value */
function words(value) {
  return (value ?? "").split(/\s+/).filter((word) => word !== "");
}

/** @param {Stanza} stanza */
function isOn(stanza) {
  return words(stanza.Types).includes("deb") && !/^(no|false|off|0)$/i.test(stanza.Enabled ?? "");
}

/** @param {string} uri */
function withoutSlash(uri) {
  return uri.replace(/\/+$/, "");
}

/**
 * The stanza that adds `<codename>-backports` from the mirror this machine already uses, with the same keys and options.
 * @param {Stanza[]} stanzas all sources of the machine
 * @param {string} codename of the distribution, e.g. "bookworm"
 * @returns {{ text: string } | { present: true } | { problem: string }} `present` when such a source is already there
 */
export function backportsStanza(stanzas, codename) {
  const wanted = `${codename}-backports`;
  const on = stanzas.filter(isOn);
  if (on.some((stanza) => words(stanza.Suites).includes(wanted))) return { present: true };
  const candidates = on.filter((stanza) => words(stanza.Suites).includes(codename) && words(stanza.Components).includes("main"));
  // A vendor's own repository may also call its suite by the codename; the distribution's is the one with a -updates suite, or named /debian.
  /** @param {Stanza} stanza */
  function likeness(stanza) {
    const uris = words(stanza.URIs).map(withoutSlash);
    const updates = on.some(
      (other) => words(other.Suites).includes(`${codename}-updates`) && words(other.URIs).some((uri) => uris.includes(withoutSlash(uri))),
    );
    return (updates ? 2 : 0) + (uris.some((uri) => /\/debian$/.test(uri)) ? 1 : 0) + (/debian-archive/.test(stanza["Signed-By"] ?? "") ? 1 : 0);
  }
  const best = candidates.map((stanza) => ({ stanza, likeness: likeness(stanza) })).sort((a, b) => b.likeness - a.likeness)[0];
  if (best === undefined || best.likeness === 0) {
    return {
      problem: `apt-no-distribution-source: none of this machine's apt sources offers suite ${codename} with component main, so ${wanted} cannot be derived`,
    };
  }
  const fields = { ...best.stanza, Types: "deb", Suites: wanted, Components: "main" };
  return {
    text: `${Object.entries(fields)
      .map(([field, value]) => `${field}: ${value}`)
      .join("\n")}\n`,
  };
}
