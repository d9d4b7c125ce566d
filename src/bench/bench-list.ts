import { beaconsBench } from "./beacons-bench.ts";
import type { Bench } from "./bench.ts";
import { benignBench } from "./benign-bench.ts";
import { blockBench } from "./block-bench.ts";
import { calibrationBench } from "./calibration-bench.ts";
import { coldStartBench, driftBench } from "./drift-bench.ts";
import { networkEdgesBench } from "./edges/network-edges-bench.ts";
import { endpointAlertsBench } from "./endpoint-alerts-bench.ts";
import { evadeBench } from "./evade-bench.ts";
import { harmBench } from "./harm-bench.ts";
import { learnerBench } from "./learner-bench.ts";
import { lookalikeBench } from "./lookalike-bench.ts";
import { mailAdversarialBench } from "./mail-adversarial-bench.ts";
import { mailBench } from "./mail-bench.ts";
import { mailTimelineBench } from "./mail-timeline-bench.ts";
import { monthBench } from "./month-bench.ts";
import { networkAttacksBench } from "./network-attacks-bench.ts";
import { qrBench } from "./qr-bench.ts";
import { realityBench } from "./reality-bench.ts";
import { auditBench } from "./saas/audit-bench.ts";
import { burstBench } from "./saas/burst-bench.ts";
import { scriptsBench } from "./scripts-bench.ts";
import { speedBench } from "./speed-bench.ts";

/** All benches, in the order in which `bench all` runs them. */
export const BENCHES: readonly Bench[] = [
  speedBench,
  blockBench,
  harmBench,
  beaconsBench,
  benignBench,
  networkEdgesBench,
  calibrationBench,
  learnerBench,
  networkAttacksBench,
  endpointAlertsBench,
  driftBench,
  coldStartBench,
  evadeBench,
  realityBench,
  monthBench,
  scriptsBench,
  auditBench,
  burstBench,
  lookalikeBench,
  qrBench,
  mailBench,
  mailTimelineBench,
  mailAdversarialBench,
];

/** Benches of the contract that do not exist yet: named here so that asking for one gets an answer. */
export const LATER: readonly string[] = ["ad-techniques", "incidents"];
