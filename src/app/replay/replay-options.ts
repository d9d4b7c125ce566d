export interface ReplayOptions {
  paths: readonly string[];
  history: readonly string[];
  out: string;
  org: string | undefined;
  site: string | undefined;
  budget: number;
  asnTable: string | undefined;
}
