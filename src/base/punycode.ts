/**
 * Unicode form of a host name with `xn--` labels (RFC 3492 and RFC 5891's A-labels), for showing beside the name as it is, never for comparing.
 * A label that does not decode stays as it is; what one decodes to may be a control character, so show it through escape.ts. Linear up to the 63 characters that a label may have.
 */
export function unicodeHost(host: string): string {
  if (!/xn--/i.test(host)) return host;
  return host
    .split(".")
    .map((label) => (/^xn--/i.test(label) && label.length <= 63 ? (decodeLabel(label.slice(4)) ?? label) : label))
    .join(".");
}

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const FIRST_BIAS = 72;
const FIRST_CODE = 128;

/** RFC 3492 section 6.2. Undefined for what is not punycode, or has no character beyond ASCII. */
function decodeLabel(text: string): string | undefined {
  const output: number[] = [];
  const delimiter = text.lastIndexOf("-");
  for (let i = 0; i < delimiter; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) return undefined;
    output.push(code);
  }
  let code = FIRST_CODE;
  let index = 0;
  let bias = FIRST_BIAS;
  let at = delimiter < 0 ? 0 : delimiter + 1;
  if (at >= text.length) return undefined;
  while (at < text.length) {
    const before = index;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(text.charCodeAt(at++));
      if (digit === undefined) return undefined;
      index += digit * weight;
      if (index > 0x7fffffff) return undefined;
      const threshold = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const length = output.length + 1;
    bias = adapt(index - before, length, before === 0);
    code += Math.floor(index / length);
    index %= length;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    output.splice(index++, 0, code);
  }
  return String.fromCodePoint(...output);
}

/** NaN, from reading beyond the end, is no digit either. */
function digitOf(code: number): number | undefined {
  if (code >= 97 && code <= 122) return code - 97;
  if (code >= 65 && code <= 90) return code - 65;
  return code >= 48 && code <= 57 ? code - 22 : undefined;
}

function adapt(delta: number, length: number, first: boolean): number {
  let rest = first ? Math.floor(delta / DAMP) : delta >> 1;
  rest += Math.floor(rest / length);
  let k = 0;
  while (rest > ((BASE - T_MIN) * T_MAX) >> 1) {
    rest = Math.floor(rest / (BASE - T_MIN));
    k += BASE;
  }
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
