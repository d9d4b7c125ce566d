export { type BacktestReport, type BacktestRow, createBacktest } from "./backtest.ts";
export { checkCases } from "./check-cases.ts";
export { type EngineOptions, ModelEngine, type SiteException } from "./engine.ts";
export type { Filter } from "./filter.ts";
export type { Model } from "./model.ts";
export { parseModel } from "./parse-model.ts";
export { type RoleEffects, roleEffects } from "./roles-in-models.ts";
export { parseTechniques, type Technique } from "./techniques.ts";
export type { ModelFault } from "./yaml-tree.ts";
