import { type FamilyTable, widthOf } from "./event-columns.ts";

/** Rows of DuckDB's vectors: chunks are cut at this. */
export const CHUNK = 2_048;

/** Texts of one column of a batch: all joined, with the end of each in UTF-16 units; rows without a value have an empty piece and no validity bit. */
export interface TextColumn {
  column: number;
  joined: string;
  ends: Uint32Array;
}

export interface FileRow {
  source: string;
  fileKey: string;
  path: string;
  sensor: string;
}

/**
 * Up to some thousand events of one family as columns. The buffer is transferred to the worker; its layout follows from the family's table
 * and `rows` (see layoutOf). `texts` and `files` are what the dictionary learned for this batch, numbered on from `firstText`, `firstFile`.
 */
export interface Batch {
  table: number;
  rows: number;
  buffer: ArrayBuffer;
  /** How many rows of each column carry a value. */
  present: Uint32Array;
  plain: TextColumn[];
  firstText: number;
  texts: string[];
  firstFile: number;
  files: FileRow[];
}

export interface BatchLayout {
  bytes: number;
  /** Where the values of each column begin; -1 for text. */
  values: readonly number[];
  /** Where the bits "carries a value" of each column begin, lowest bit first. */
  valid: readonly number[];
}

/** Cost: one pass over the columns, once a batch. */
export function layoutOf(table: FamilyTable, rows: number): BatchLayout {
  let at = 0;
  const values: number[] = [];
  const valid: number[] = [];
  for (const column of table.columns) {
    const width = widthOf(column.storage);
    values.push(width === 0 ? -1 : at);
    at += (rows * width + 7) & ~7;
  }
  const bits = ((rows + 63) >> 6) << 3;
  for (let i = 0; i < table.columns.length; i++) {
    valid.push(at);
    at += bits;
  }
  return { bytes: at, values, valid };
}
