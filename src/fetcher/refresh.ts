/** Slower than this is a notice to be read, not a redirect. */
const SOON_SECONDS = 30;
const HEAD = 65_536;
const META = /<meta\b[^>]{0,500}/gi;
const CONTENT = /^\s*(\d{1,5})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?["']?([^"'\s>]{1,4096})/i;

/** Where a page sends its reader by itself: the Refresh header, or a meta refresh in the first 64 KiB of markup. Linear; scripts are not run. */
export function refreshOf(header: string | string[] | undefined, type: string, body: Buffer): string | undefined {
  const said = Array.isArray(header) ? header[0] : header;
  if (said !== undefined) return targetOf(said);
  if (!/html|^$/i.test(type)) return undefined;
  const head = withoutComments(body.subarray(0, HEAD).toString("latin1"));
  for (const [tag] of head.matchAll(META)) {
    if (!/http-equiv\s*=\s*["']?refresh/i.test(tag)) continue;
    const content = /content\s*=\s*(?:"([^"]*)|'([^']*)|([^\s>]+))/i.exec(tag);
    const target = content === null ? undefined : targetOf(content[1] ?? content[2] ?? content[3] ?? "");
    if (target !== undefined) return target.replaceAll("&amp;", "&");
  }
  return undefined;
}

function targetOf(text: string): string | undefined {
  const match = CONTENT.exec(text);
  return match === null || Number(match[1]) > SOON_SECONDS ? undefined : match[2];
}

/** One pass: a regular expression would look for the end once more for every comment that has none. */
function withoutComments(text: string): string {
  let out = "";
  for (let at = 0; ; ) {
    const open = text.indexOf("<!--", at);
    if (open < 0) return out + text.slice(at);
    out += text.slice(at, open);
    const end = text.indexOf("-->", open + 4);
    if (end < 0) return out;
    at = end + 3;
  }
}
