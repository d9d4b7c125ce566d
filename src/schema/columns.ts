/** What a column of a family is, and the short forms in which families write them. */
export type ColumnKind = "text" | "integer" | "real" | "flag" | "list";

export interface Column {
  kind: ColumnKind;
  doc: string;
  ocsf?: string;
}

export interface FamilySpec {
  /** What one event of the family is. */
  doc: string;
  /** OCSF class, where one fits. */
  ocsf?: string;
  columns: Readonly<Record<string, Column>>;
}

export function text(doc: string, ocsf?: string): { kind: "text"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "text", doc } : { kind: "text", doc, ocsf };
}
export function integer(doc: string, ocsf?: string): { kind: "integer"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "integer", doc } : { kind: "integer", doc, ocsf };
}
export function real(doc: string, ocsf?: string): { kind: "real"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "real", doc } : { kind: "real", doc, ocsf };
}
export function flag(doc: string, ocsf?: string): { kind: "flag"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "flag", doc } : { kind: "flag", doc, ocsf };
}
export function list(doc: string, ocsf?: string): { kind: "list"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "list", doc } : { kind: "list", doc, ocsf };
}
