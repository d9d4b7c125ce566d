/** Whether an element's own style or attributes keep its text from the reader. Inline style only: sheets and scripts are not run. */
export function isHiddenStyle(style: string, attributes: ReadonlyMap<string, string>): boolean {
  if (attributes.has("hidden")) return true;
  if (style === "") return false;
  const css = style
    .toLowerCase()
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, "");
  if (/(?:^|;)display:none|(?:^|;)visibility:(?:hidden|collapse)|(?:^|;)opacity:0(?:\.0\d*)?(?:;|!|$)|mso-hide:all/.test(css)) return true;
  if (/(?:^|;)font-size:[01](?:\.\d+)?(?:px|pt|em|rem|%)?(?:;|!|$)|(?:^|;)text-indent:-\d{3,}|(?:^|;)(?:left|top):-\d{3,}px/.test(css)) return true;
  if (/(?:^|;)(?:max-)?(?:height|width):0(?:px|pt|em)?(?:;|!|$)/.test(css) && /overflow:hidden/.test(css)) return true;
  const color = colourOf(/(?:^|;)color:([^;!]+)/.exec(css)?.[1]);
  const ground = colourOf(/(?:^|;)background(?:-color)?:([^;!]+)/.exec(css)?.[1]);
  return color !== undefined && ground !== undefined && color === ground;
}

const NAMES: Readonly<Record<string, string>> = { white: "ffffff", black: "000000", red: "ff0000", transparent: "transparent" };

export function colourOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const plain = text.trim().toLowerCase();
  if (NAMES[plain] !== undefined) return NAMES[plain];
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(plain);
  if (short !== null) return [1, 2, 3].map((i) => `${short[i]}${short[i]}`).join("");
  const long = /^#([0-9a-f]{6})/.exec(plain);
  if (long !== null) return long[1];
  const rgb = /^rgba?\((\d{1,3})[,\s]+(\d{1,3})[,\s]+(\d{1,3})/.exec(plain);
  return rgb === null ? undefined : [1, 2, 3].map((i) => Number(rgb[i]).toString(16).padStart(2, "0").slice(-2)).join("");
}
