const PROPERTIES = new Set(
  "color background-color background font font-size font-weight font-style font-family text-align text-decoration text-transform text-indent line-height letter-spacing white-space vertical-align direction unicode-bidi width max-width min-width height min-height max-height padding padding-left padding-right padding-top padding-bottom margin margin-left margin-right margin-top margin-bottom border border-left border-right border-top border-bottom border-color border-style border-width border-radius border-collapse border-spacing display visibility overflow list-style-type table-layout word-break opacity".split(
    " ",
  ),
);
const MOST = 60;

/**
 * Declarations of a style attribute whose property is on a list and whose value holds nothing but words, numbers, colours and plain functions of colours:
 * no url(), no escape, no comment. Nothing can be placed over the page around it, since position is not on the list.
 */
export function harmlessStyle(style: string): { text: string; remote: number } {
  const kept: string[] = [];
  let remote = 0;
  for (const declaration of style.slice(0, 8_192).split(";")) {
    const at = declaration.indexOf(":");
    if (at < 0) continue;
    const property = declaration.slice(0, at).trim().toLowerCase();
    const value = declaration.slice(at + 1).trim();
    if (/url\s*\(|image\s*\(|image-set|@import/i.test(value)) remote++;
    if (kept.length >= MOST || !PROPERTIES.has(property) || value.length > 200) continue;
    if (!/^[\w\s#%.,+'-]*(?:(?:rgba?|hsla?)\([\d\s.,%/]*\)[\w\s#%.,'-]*)*(?:!\s*important)?$/i.test(value)) continue;
    kept.push(`${property}:${value}`);
  }
  return { text: kept.join(";"), remote };
}
