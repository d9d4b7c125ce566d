/** A table of an HTML body, by the ground colour of its cells. */
export interface DrawnTable {
  rows: { colour: string; span: number; down: number }[][];
  textLength: number;
  cells: number;
}

/** A picture drawn without a picture: one module a cell, true = dark. */
export interface DrawnGrid {
  source: "html-table" | "block-characters";
  rows: boolean[][];
}

/** The smallest code (a Micro QR) has 11 modules a side; 21 is the smallest QR. */
const SMALLEST = 11;
const LARGEST = 200;
const MOST_GRIDS = 10;

/** Tables and runs of block characters that are at least 11 modules a side and hold two colours. Which of them are codes is for the decoder to say. */
export function drawnGrids(tables: readonly DrawnTable[], text: string): DrawnGrid[] {
  const grids: DrawnGrid[] = [];
  for (const table of tables) {
    if (grids.length >= MOST_GRIDS || table.cells < 21) continue;
    const rows = gridOfTable(table);
    if (rows !== undefined) grids.push({ source: "html-table", rows });
  }
  for (const rows of gridsOfText(text)) if (grids.length < MOST_GRIDS) grids.push({ source: "block-characters", rows });
  return grids;
}

function gridOfTable(table: DrawnTable): boolean[][] | undefined {
  const rows = table.rows.filter((row) => row.length > 0);
  if (rows.length < SMALLEST || rows.length > LARGEST || table.textLength > 40) return undefined;
  const colours: string[][] = rows.map(() => []);
  rows.forEach((row, y) => {
    let x = 0;
    for (const cell of row) {
      while (colours[y]?.[x] !== undefined) x++;
      for (let dx = 0; dx < cell.span && x < LARGEST; dx++, x++)
        for (let dy = 0; dy < cell.down && y + dy < rows.length; dy++) (colours[y + dy] as string[])[x] = cell.colour;
    }
  });
  const width = Math.max(...colours.map((row) => row.length));
  if (width < SMALLEST || new Set(colours.flat()).size < 2) return undefined;
  return colours.map((row) => Array.from({ length: width }, (_, x) => isDark(row[x] ?? "")));
}

function isDark(colour: string): boolean {
  if (!/^[0-9a-f]{6}$/.test(colour)) return false;
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
  return 0.3 * r + 0.59 * g + 0.11 * b < 128;
}

/** Upper, lower half of each block character; full-width and space are both halves alike. */
const HALVES: Readonly<Record<string, readonly [boolean, boolean]>> = {
  "█": [true, true],
  "▀": [true, false],
  "▄": [false, true],
  "■": [true, true],
  "⬛": [true, true],
  "▓": [true, true],
  " ": [false, false],
  "\u00a0": [false, false],
  "\u3000": [false, false],
  "□": [false, false],
  "⬜": [false, false],
  "░": [false, false],
};

/** Blocks of neighbouring lines made of block characters. Full blocks may be one or two characters a module. */
export function gridsOfText(text: string): boolean[][][] {
  if (!/[█▀▄■⬛▓]/.test(text)) return [];
  const grids: boolean[][][] = [];
  let block: string[] = [];
  const finish = (): void => {
    const grid = gridOfLines(block);
    if (grid !== undefined) grids.push(grid);
    block = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const marks = line.match(/[█▀▄■⬛▓□⬜░]/gu)?.length ?? 0;
    const others = [...line].filter((c) => HALVES[c] === undefined).length;
    if (marks >= 2 && others <= 1) block.push(line);
    else if (line.trim() === "" && block.length > 0 && block.length < 2) block.push(line);
    else if (line.trim() !== "" || block.length > 0) finish();
  }
  finish();
  return grids.slice(0, MOST_GRIDS);
}

function gridOfLines(lines: readonly string[]): boolean[][] | undefined {
  if (lines.length < 6 || lines.length > LARGEST) return undefined;
  const width = Math.max(...lines.map((line) => [...line].length));
  if (width < SMALLEST) return undefined;
  const halves = lines.some((line) => /[▀▄]/.test(line));
  const rows: boolean[][] = [];
  for (const line of lines) {
    const cells = Array.from({ length: width }, (_, x) => HALVES[[...line][x] ?? " "] ?? [false, false]);
    rows.push(cells.map((c) => c[0]));
    if (halves) rows.push(cells.map((c) => c[1]));
  }
  // Two characters make one square module in fixed-width type.
  if (!halves && width >= rows.length * 1.7) return rows.map((row) => row.filter((_, x) => x % 2 === 0));
  return rows;
}
