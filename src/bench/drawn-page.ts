/** Circle of radius 1 around 0,0 in four curves (PDF 32000-1 has no circle of its own). */
const K = 0.552_284_75;

export interface PageOptions {
  /** Of one module in points; 2 makes a code of version 3 about 20 mm wide. */
  module: number;
  /** Degrees, counter-clockwise. */
  turned: number;
  /** Part of a module that its dot fills: 1 touches the neighbour. Undefined draws squares. */
  dot?: number;
}

/**
 * A PDF page of A4 on which a code is drawn as lines and areas, with no picture in it: what a QR designer or a word processor's add-in exports.
 * Finder patterns are squares whatever the dots are.
 */
export function drawnPage(modules: readonly (readonly boolean[])[], { module, turned, dot }: PageOptions): Buffer {
  const side = modules.length;
  const angle = (turned * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)].map((v) => v.toFixed(5));
  const out = ["BT /F1 11 Tf 56 786 Td (Please scan.) Tj ET", "q", `${cos} ${sin} ${-Number(sin)} ${cos} 300 420 cm`, `${module} 0 0 ${module} 0 0 cm`, "0 g"];
  modules.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (!dark) return;
      const [left, bottom] = [x - side / 2, side / 2 - y - 1];
      const finder = (x < 7 && y < 7) || (x >= side - 7 && y < 7) || (x < 7 && y >= side - 7);
      out.push(dot === undefined || finder ? `${left} ${bottom} 1 1 re f` : circle(left + 0.5, bottom + 0.5, dot / 2));
    });
  });
  out.push("Q");
  const content = out.join("\n");
  return Buffer.from(
    [
      "%PDF-1.4",
      "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj",
      "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj",
      "3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >> endobj",
      `4 0 obj << /Length ${content.length} >>\nstream\n${content}\nendstream\nendobj`,
      "5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj",
      "trailer << /Root 1 0 R >>",
      "%%EOF",
    ].join("\n"),
    "latin1",
  );
}

function circle(x: number, y: number, r: number): string {
  const at = (dx: number, dy: number): string => `${(x + dx * r).toFixed(3)} ${(y + dy * r).toFixed(3)}`;
  return [
    `${at(1, 0)} m`,
    `${at(1, K)} ${at(K, 1)} ${at(0, 1)} c`,
    `${at(-K, 1)} ${at(-1, K)} ${at(-1, 0)} c`,
    `${at(-1, -K)} ${at(-K, -1)} ${at(0, -1)} c`,
    `${at(K, -1)} ${at(1, -K)} ${at(1, 0)} c f`,
  ].join(" ");
}
